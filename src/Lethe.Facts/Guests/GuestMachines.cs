using Lethe.Evidence;
using Lethe.Facts.Collecting;

namespace Lethe.Facts.Guests;

/// <summary>
/// The guests of a host: those that run, by their processes' arguments, and those that its files describe; or those of files that
/// were given.
/// </summary>
/// <param name="All">The guests.</param>
/// <param name="Unread">What keeps others from being known, each as evidence.</param>
internal sealed record GuestMachines(IReadOnlyList<GuestMachine> All, IReadOnlyList<Citation> Unread)
{
    private static readonly string[] DomainFiles = ["/etc/libvirt/qemu/*.xml"];

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } =
        [
            .. DomainFiles,
            LibvirtMachine.DriverConfiguration,
            .. KataMachine.Files,
            .. GvisorMachine.Files,
            RunningMachines.Arguments,
            RunningMachines.Configurations,
            RunningMachines.Statuses,
        ];

    /// <summary>Reads them out of facts.</summary>
    public static GuestMachines Of(HostFacts facts) => facts.View(Read);

    private static GuestMachines Read(HostFacts facts)
    {
        var machines = new List<GuestMachine>();
        var unread = new List<Citation>();
        Take([.. DomainFiles, "given:libvirt/*"], file => LibvirtMachine.Of(file, facts) is { } machine ? [machine] : []);
        Take([RunningMachines.Arguments], file => Running(facts, file));
        Take(["given:qemu/*"], file => [QemuMachine.Of(ArgumentList.OfShell(file), NameOf(file), file.Source)]);
        Take(["given:cloud-hypervisor/*"], file =>
            [
                IsJson(file)
                    ? CloudHypervisorMachine.Of(file, NameOf(file))
                    : CloudHypervisorMachine.Of(ArgumentList.OfShell(file), NameOf(file), file.Source),
            ]
        );
        Take(["given:crosvm/*"], file => [CrosvmMachine.Of(ArgumentList.OfShell(file), NameOf(file), file.Source)]);
        Take(["given:firecracker/*", RunningMachines.Configurations], file => [FirecrackerMachine.Of(file, NameOf(file))]);
        Take([.. KataMachine.Files, "given:kata/*"], KataMachine.Of);
        Take([.. GvisorMachine.Files, "given:gvisor/*"], file =>
            [IsToml(file) ? GvisorMachine.Of(file, NameOf(file)) : GvisorMachine.Of(ArgumentList.OfShell(file), NameOf(file), file.Source)]
        );
        foreach (string pattern in DomainFiles)
            if (facts.Looked.Contains(pattern) && !facts.IsComplete(pattern, out string problem))
                unread.Add(new Citation(pattern, null, problem));
        return new GuestMachines(machines, unread);

        void Take(IReadOnlyList<string> patterns, Func<Reading, IEnumerable<GuestMachine>> read)
        {
            foreach (Reading file in patterns.SelectMany(facts.Matching))
            {
                try
                {
                    if (file.Text is not null) machines.AddRange(read(file));
                    else if (file.Problem is { } problem) unread.Add(new Citation(file.Source, null, problem));
                }
                catch (FactsException failure)
                {
                    unread.Add(new Citation(file.Source, null, failure.Message));
                }
            }
        }
    }

    // A process says what it was told; how much it has locked, the kernel says.
    private static IEnumerable<GuestMachine> Running(HostFacts facts, Reading file)
    {
        var arguments = ArgumentList.OfLines(file);
        string name = NameOf(file);
        GuestMachine? machine = arguments.IndexOfProgram("qemu-", "kvm") == 0 ? QemuMachine.Of(arguments, name, file.Source)
            : arguments.IndexOfProgram("cloud-hypervisor") == 0 ? CloudHypervisorMachine.Of(arguments, name, file.Source)
            : arguments.IndexOfProgram("crosvm") == 0 ? CrosvmMachine.Of(arguments, name, file.Source)
            : arguments.IndexOfProgram("runsc") == 0 ? GvisorMachine.Of(arguments, name, file.Source)
            : null;
        if (machine is null) yield break;
        TextLine locked = facts
            .Read(file.Path + "/status")
            .Lines.FirstOrDefault(line => line.Text.StartsWith("VmLck:", StringComparison.Ordinal));
        yield return locked.Text is null
            ? machine
            : machine with
            {
                Locked = new SwitchSetting(
                    locked.Words is ["VmLck:", var kilobytes, ..] && kilobytes.Any(digit => digit is > '0' and <= '9'),
                    locked.Evidence
                ),
            };
    }

    // "0003-web.json", as a given file is numbered, is called as its user calls it.
    private static string NameOf(Reading file) => file.Source[(file.Source.LastIndexOf('/') + 1)..];

    private static bool IsJson(Reading file) => file.Text!.AsSpan().TrimStart().StartsWith("{");

    private static bool IsToml(Reading file) => file.Text!.Contains("[runsc_config]", StringComparison.Ordinal);
}
