using Lethe.Evidence;

namespace Lethe.Facts.Guests;

/// <summary>
/// A machine as QEMU's command line makes it. What is not given is as QEMU has it: mem-merge and dump-guest-core on, all else off
/// (qemu-options.hx; hw/core/machine.c).
/// </summary>
internal static class QemuMachine
{
    /// <summary>Reads it.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="fallbackName">What it is called when it has no name.</param>
    /// <param name="source">What people call the place it was read from.</param>
    public static GuestMachine Of(ArgumentList arguments, string fallbackName, string source)
    {
        int program = arguments.IndexOfProgram("qemu-system-", "qemu-kvm", "kvm");
        Citation origin =
            program >= 0 ? arguments.All[program].Evidence
            : arguments.All.Count > 0 ? arguments.All[0].Evidence
            : new Citation(source, null, "");
        (Argument Said, PropertyList Properties)[] machine = [.. arguments.Values("machine").Concat(arguments.Values("M")).Select(Read)];
        (Argument Said, PropertyList Properties)[] objects = [.. arguments.Values("object").Select(Read)];
        (Argument Said, PropertyList Properties)[] backends =
        [
            .. objects.Where(item =>
                item.Properties.Kind.StartsWith("memory-backend-", StringComparison.Ordinal) && item.Properties.Kind != "memory-backend-epc"
            ),
        ];
        GuestMemoryFile? file = File(arguments, backends);
        SwitchSetting hugePages = HugePages(backends, file, origin);
        return new GuestMachine(MachineMonitor.Qemu, Name(arguments) ?? fallbackName, origin)
        {
            Merges = Merges(machine, backends, hugePages, origin),
            DumpsCore = OfBackends("dump", backends, Of(machine, "dump-guest-core", true, origin)),
            File = file,
            HugePages = hugePages,
            Locked = Locked(arguments, origin),
            Discards = file is null ? null : Of(backends, "discard-data", false, file.Evidence),
            ReturnsFreePages = Of(
                [
                    .. arguments
                        .Values("device")
                        .Select(Read)
                        .Where(item => item.Properties.Kind.StartsWith("virtio-balloon", StringComparison.Ordinal)),
                ],
                "free-page-reporting",
                false,
                origin
            ),
            Encrypted = Encrypted(machine, objects, origin),
            Written = [.. Written(arguments)],
        };
    }

    private static (Argument Said, PropertyList Properties) Read(Argument argument) => (argument, PropertyList.Of(argument.Text));

    private static string? Name(ArgumentList arguments)
    {
        if (arguments.Values("name").Select(name => (Argument?)name).LastOrDefault() is not { } said) return null;
        var list = PropertyList.Of(said.Text);
        return list["guest"] ?? (list.Kind.Length > 0 ? list.Kind : null);
    }

    private static SwitchSetting Of((Argument Said, PropertyList Properties)[] options, string property, bool otherwise, Citation origin)
    {
        (Argument Said, PropertyList Properties)[] saying = [.. options.Where(option => option.Properties[property] is not null)];
        if (saying.Length > 0) return new SwitchSetting(saying[^1].Properties.Switch(property), saying[^1].Said.Evidence);
        return new SwitchSetting(otherwise, options.Length > 0 ? options[^1].Said.Evidence : origin, IsDefault: true);
    }

    // Each backend can say it otherwise than the machine does; one that is on is enough.
    private static SwitchSetting OfBackends(string property, (Argument Said, PropertyList Properties)[] backends, SwitchSetting machine)
    {
        SwitchSetting[] each =
        [
            .. backends.Select(backend =>
                backend.Properties[property] is null
                    ? machine
                    : new SwitchSetting(backend.Properties.Switch(property), backend.Said.Evidence)
            ),
        ];
        return each.FirstOrDefault(said => said.IsOn is true) ?? (each.Length > 0 ? each[0] : machine);
    }

    // The kernel merges neither shared pages nor huge pages (vma_ksm_compatible of mm/ksm.c).
    private static SwitchSetting Merges(
        (Argument Said, PropertyList Properties)[] machine,
        (Argument Said, PropertyList Properties)[] backends,
        SwitchSetting hugePages,
        Citation origin
    )
    {
        if (hugePages.IsOn is true) return new SwitchSetting(false, hugePages.Evidence);
        if (
            backends.Length > 0
            && backends.All(backend => backend.Properties.Switch("share") ?? backend.Properties.Kind == "memory-backend-memfd")
        )
            return new SwitchSetting(false, backends[0].Said.Evidence);
        return OfBackends("merge", backends, Of(machine, "mem-merge", true, origin));
    }

    private static GuestMemoryFile? File(ArgumentList arguments, (Argument Said, PropertyList Properties)[] backends)
    {
        foreach ((Argument said, PropertyList properties) in backends)
            if (properties["mem-path"] is { } path) return new GuestMemoryFile(path, said.Evidence);
        return arguments.Values("mem-path").Select(path => new GuestMemoryFile(path.Text, path.Evidence)).LastOrDefault();
    }

    private static SwitchSetting HugePages((Argument Said, PropertyList Properties)[] backends, GuestMemoryFile? file, Citation origin) =>
        file is { IsHugePages: true } ? new SwitchSetting(true, file.Evidence) : Of(backends, "hugetlb", false, origin);

    private static SwitchSetting Locked(ArgumentList arguments, Citation origin)
    {
        (Argument Said, PropertyList Properties)[] options =
        [
            .. arguments.Values("overcommit").Concat(arguments.Values("realtime")).Select(Read),
        ];
        foreach ((Argument said, PropertyList properties) in options)
            if ((properties["mem-lock"] ?? properties["mlock"]) is { } value)
                return new SwitchSetting(value is "on" or "on-fault", said.Evidence);
        return new SwitchSetting(false, origin, IsDefault: true);
    }

    private static SwitchSetting Encrypted(
        (Argument Said, PropertyList Properties)[] machine,
        (Argument Said, PropertyList Properties)[] objects,
        Citation origin
    )
    {
        (Argument Said, PropertyList Properties)[] naming =
        [
            .. machine.Where(option =>
                (option.Properties["confidential-guest-support"] ?? option.Properties["memory-encryption"]) is not null
            ),
        ];
        (Argument Said, PropertyList Properties)[] guests =
        [
            .. objects.Where(item =>
                item.Properties.Kind is "sev-guest" or "sev-snp-guest" or "tdx-guest" or "s390-pv-guest" or "pef-guest"
            ),
        ];
        bool isOn = naming.Any(option =>
            guests.Any(guest =>
                guest.Properties["id"] == (option.Properties["confidential-guest-support"] ?? option.Properties["memory-encryption"])
            )
        );
        return isOn
            ? new SwitchSetting(true, guests[0].Said.Evidence)
            : new SwitchSetting(false, guests.Length > 0 ? guests[0].Said.Evidence : origin, IsDefault: guests.Length == 0);
    }

    private static IEnumerable<WrittenFile> Written(ArgumentList arguments)
    {
        foreach (Argument incoming in arguments.Values("incoming"))
        {
            if (incoming.Text.StartsWith("file:", StringComparison.Ordinal))
                yield return new WrittenFile(
                    "the saved state that it starts from",
                    incoming.Text[5..],
                    incoming.Evidence,
                    "delete the file after it has started, on an encrypted file system"
                );
        }

        foreach (Argument loaded in arguments.Values("loadvm"))
            yield return new WrittenFile(
                "the saved state that it starts from",
                $"its disk's snapshot {loaded.Text}",
                loaded.Evidence,
                "delete the snapshot (qemu-img snapshot -d) and keep the image on an encrypted file system"
            );
    }
}
