using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.WaysToRead;

/// <summary>Interfaces of the kernel that let programs read its memory, or other programs' memory.</summary>
internal static class KernelInterfaces
{
    private const string CannotBeSet = "this kernel has no such interface";

    private static readonly SettingJudgement NewKernel = new(
        "kernel.kexec_load_disabled",
        value => value == 1,
        "no other kernel can be started over this one",
        "another kernel can be started over this one, without memory being cleared",
        "1",
        Absent: CannotBeSet
    );

    private static readonly SettingJudgement Tracing = new(
        "kernel.yama.ptrace_scope",
        value => value >= 1,
        "a process can read only the memory of its descendants",
        "a process can read the memory of all others of its user",
        "1"
    );

    private static readonly SettingJudgement Performance = new(
        "kernel.perf_event_paranoid",
        value => value >= 2,
        "programs without rights cannot sample the kernel",
        "programs without rights can sample the kernel",
        "2",
        Absent: CannotBeSet
    );

    private static readonly SettingJudgement Programs = new(
        "kernel.unprivileged_bpf_disabled",
        value => value is 1 or 2,
        "programs without rights cannot load code into the kernel",
        "programs without rights can load BPF code into the kernel",
        "1",
        Absent: CannotBeSet
    );

    private static readonly SettingJudgement Faults = new(
        "vm.unprivileged_userfaultfd",
        value => value == 0,
        "programs without rights cannot stop the kernel at a page",
        "programs without rights can stop the kernel at a page of theirs (userfaultfd), which makes bugs that read freed memory easy to "
            + "use",
        "0",
        Absent: CannotBeSet
    );

    private static readonly SettingJudgement Addresses = new(
        "kernel.kptr_restrict",
        value => value >= 1,
        "the kernel does not tell its addresses",
        "the kernel tells its addresses to everybody who may open the files that have them",
        "1"
    );

    public static IReadOnlyList<string> Wants { get; } =
    [
        .. NewKernel.Wants, .. Tracing.Wants, .. Performance.Wants, .. Programs.Wants, .. Faults.Wants, .. Addresses.Wants,
        .. Lockdown.Wants, .. MountTable.Wants, .. KernelCommandLine.Wants, .. KernelConfiguration.Wants,
    ];

    public static IEnumerable<Judgement> KernelAddresses(HostFacts facts) => Of(Addresses, facts);

    public static IEnumerable<Judgement> Sampling(HostFacts facts) => Of(Performance, facts);

    public static IEnumerable<Judgement> LoadedPrograms(HostFacts facts) => Of(Programs, facts);

    public static IEnumerable<Judgement> PageFaults(HostFacts facts) => Of(Faults, facts);

    /// <summary>Whether root can read all memory through /proc/kcore.</summary>
    public static IEnumerable<Judgement> KernelCore(HostFacts facts)
    {
        var lockdown = Lockdown.Of(facts);
        var built = KernelConfiguration.Of(facts);
        Citation[] evidence = [.. Of(built, "PROC_KCORE")];
        if (lockdown.KeepsConfidentiality)
            yield return Judgement.Closed("the kernel is locked down, so that /proc/kcore cannot be read", lockdown.Evidence);
        else if (built["PROC_KCORE"] is null)
            yield return Judgement.Unknown($"needs the kernel's configuration ({built.Problem ?? "it is not whole"})");
        else if (built["PROC_KCORE"] != "y") yield return Judgement.Closed("the kernel was built without /proc/kcore", evidence);
        else if (lockdown.Level is null && facts.Scope == FactScope.Host)
            yield return Judgement.Unknown($"needs {lockdown.Needed}", evidence);
        else
            yield return Judgement
                .Open("an administrator reads all of memory, free pages too, through /proc/kcore", evidence)
                .RepairedBy(new KernelParameter("lockdown", "confidentiality"));
    }

    /// <summary>Whether root can read memory through /dev/mem.</summary>
    public static IEnumerable<Judgement> PhysicalMemory(HostFacts facts)
    {
        var lockdown = Lockdown.Of(facts);
        var built = KernelConfiguration.Of(facts);
        Citation[] evidence = [.. Of(built, "DEVMEM"), .. Of(built, "STRICT_DEVMEM")];
        if (lockdown.KeepsIntegrity)
            yield return Judgement.Closed("the kernel is locked down, so that /dev/mem cannot be read", lockdown.Evidence);
        else if (built["DEVMEM"] is null || built["STRICT_DEVMEM"] is null)
            yield return Judgement.Unknown($"needs the kernel's configuration ({built.Problem ?? "it is not whole"})");
        else if (built["DEVMEM"] != "y") yield return Judgement.Closed("the kernel was built without /dev/mem", evidence);
        else if (built["STRICT_DEVMEM"] == "y") yield return Judgement.Closed("/dev/mem shows devices, but not memory", evidence);
        else if (lockdown.Level is null && facts.Scope == FactScope.Host)
            yield return Judgement.Unknown($"needs {lockdown.Needed}", evidence);
        else
            yield return Judgement
                .Open("an administrator reads all of memory, free pages too, through /dev/mem", evidence)
                .RepairedBy(new KernelParameter("lockdown", "integrity"));
    }

    /// <summary>Whether another kernel can be started that finds memory as it is.</summary>
    public static IEnumerable<Judgement> OtherKernel(HostFacts facts)
    {
        if (NewKernel.Of(facts) is not { } judgement) yield break;
        var built = KernelConfiguration.Of(facts);
        bool impossible = built["KEXEC"] == "n" && built["KEXEC_FILE"] == "n";
        yield return judgement.State == Posture.Unknown && impossible
            ? Judgement.Closed("the kernel was built without kexec", [.. Of(built, "KEXEC"), .. Of(built, "KEXEC_FILE")])
            : judgement;
    }

    /// <summary>Whether processes of one user can read each other's memory.</summary>
    public static IEnumerable<Judgement> OtherProcesses(HostFacts facts)
    {
        if (Tracing.Of(facts) is { } judgement) yield return judgement;
        else
            yield return Judgement
                .Open(
                    "a process can read the memory of all others of its user: this kernel has no Yama",
                    facts.Read("/proc/sys/kernel/yama/ptrace_scope").Evidence
                )
            .RepairedBy(
                new ManualRepair(
                    "use a kernel built with CONFIG_SECURITY_YAMA=y, and name yama in lsm= when the kernel's command line has that"
                )
            );
    }

    /// <summary>Whether the kernel shows its inner state.</summary>
    public static IEnumerable<Judgement> Debugging(HostFacts facts)
    {
        var line = KernelCommandLine.Of(facts);
        var mounts = MountTable.Of(facts);
        if (line.Last("debugfs") is { Value: "off" or "no-mount" } parameter)
            yield return Judgement.Closed("the kernel mounts no debugfs", parameter.Evidence);
        else if (facts.Scope != FactScope.Host)
            yield return line.Problem is { } missing
                ? Judgement.Unknown($"needs the kernel's command line: {missing}")
                : Judgement.Open("nothing keeps debugfs from being mounted", line.Evidence).RepairedBy(Off);
        else if (mounts.All.FirstOrDefault(mount => mount.Type == "debugfs") is { } mount)
            yield return Judgement.Open($"debugfs is mounted at {mount.Point}", mount.Evidence).RepairedBy(Off);
        else if (mounts.Problem is { } problem) yield return Judgement.Unknown($"needs {problem}");
        else
            yield return Judgement.Closed(
                "debugfs is not mounted",
                mounts.All.Take(1).Select(mount => mount.Evidence with { Line = null, Text = "no debugfs" }).ToArray()
            );
    }

    /// <summary>Whether lockdown keeps root from reading the kernel's memory.</summary>
    public static IEnumerable<Judgement> LockedDown(HostFacts facts)
    {
        var lockdown = Lockdown.Of(facts);
        yield return lockdown.Level switch
        {
            LockdownLevel.Confidentiality => Judgement.Closed("nobody may read the kernel's memory", lockdown.Evidence),
            null => Judgement.Unknown($"needs {lockdown.Needed}", lockdown.Evidence),
            LockdownLevel.Integrity => Judgement
                .Open("an administrator may not change the kernel, but may read its memory", lockdown.Evidence)
                .RepairedBy(new KernelParameter("lockdown", "confidentiality")),
            _ => Judgement
                .Open("an administrator may read the kernel's memory", lockdown.Evidence)
                .RepairedBy(new KernelParameter("lockdown", "confidentiality")),
        };
    }

    private static KernelParameter Off { get; } = new("debugfs", "off");

    private static IEnumerable<Judgement> Of(SettingJudgement setting, HostFacts facts) =>
        setting.Of(facts) is { } judgement ? [judgement] : [];

    private static IEnumerable<Citation> Of(KernelConfiguration built, string option) => built.Evidence(option) is { } line ? [line] : [];
}
