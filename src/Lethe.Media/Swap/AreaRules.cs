using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.Swap;

/// <summary>The storage below swap areas, followed down to the medium.</summary>
internal static class AreaRules
{
    private static readonly string[] Standards = ["NIST SP 800-53 SC-28", "NIST SP 800-53 MP-6", "PCI DSS 4.0.1 3.2.1"];

    public static IReadOnlyList<Rule> All { get; } =
    [
        new("swap/encrypted", Severity.High, "swap areas are encrypted or absent",
            "Pages of processes are written to the area as they are, and stay there after their end and after swapoff, until something is "
                + "written over them.",
            Encrypted
        )
        {
            Routes = ["swap/exit", "swap/swapoff", "swap/encrypted"],
            References = Standards,
        },
        new("swap/key-not-kept", Severity.Medium, "the key of swap is gone with the machine's run",
            "Who has the key, or the passphrase that opens it, reads what was swapped out at any time later. A key that each start makes "
                + "anew is nobody's.",
            KeyNotKept
        )
        {
            Routes = ["swap/encrypted"],
            References = Standards,
        },
        new("swap/configured-as-in-effect", Severity.Low, "what fstab will use is as safe as what is in use",
            "An area that is switched off now comes back at the next start as it is configured.", ConfiguredAsInEffect)
        {
            References = Standards,
        },
    ];

    private static IEnumerable<Judgement> Encrypted(HostFacts facts)
    {
        var areas = SwapAreas.Of(facts);
        if (areas.Problem is not null) yield return Judgement.Unknown($"needs {areas.Problem}");
        else if (areas.All.Count == 0 && facts.Scope != FactScope.Files)
            yield return Judgement.Closed(
                facts.Scope == FactScope.Host ? "no swap area is in use" : "no swap area is configured",
                areas.Evidence
            );
        foreach (SwapArea area in areas.All)
        {
            yield return (area.Protection switch
            {
                SwapProtection.Plain => Judgement
                    .Open($"what is swapped out can be read from {area.Reason}", area.Evidence)
                    .RepairedBy(RepairsOf(area)),
                SwapProtection.Unknown => Judgement.Unknown($"needs to know {area.Reason}", area.Evidence),
                SwapProtection.UnknownKey => Judgement.Closed($"{area.Path} is encrypted", area.Evidence),
                _ => Judgement.Closed(area.Reason, area.Evidence),
            }).About(area.Path);
        }
    }

    private static IEnumerable<Judgement> KeyNotKept(HostFacts facts)
    {
        foreach (SwapArea area in SwapAreas.Of(facts).All)
        {
            Judgement? judgement = area.Protection switch
            {
                SwapProtection.RandomKey => Judgement.Closed(area.Reason, area.Evidence),
                SwapProtection.StoredKey => Judgement
                    .Open($"who has the key reads what was swapped out: {area.Reason}", area.Evidence)
                    .RepairedBy(KeyRepairsOf(facts, area)),
                SwapProtection.UnknownKey => Judgement.Unknown($"needs to know how its key is made: {area.Reason}", area.Evidence),
                _ => null,
            };
            if (judgement is not null) yield return judgement.About(area.Path);
        }
    }

    // For a file system at rest, the first rule has judged this.
    private static IEnumerable<Judgement> ConfiguredAsInEffect(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host || facts.Read("/etc/fstab").IsUnknown || facts.Read("/proc/swaps").IsUnknown) yield break;
        var devices = BlockDevices.Of(facts);
        var table = EncryptionTable.Of(facts);
        SwapArea[] used = [.. SwapAreas.Of(facts).All];
        foreach (ConfiguredSwap row in FileSystemTable.SwapAreas(facts))
        {
            // Names that only udev knows cannot be followed. An area in use has been judged already.
            BlockDevice? device =
                row.Source.StartsWith("/dev/", StringComparison.Ordinal) ? devices.Find(row.Source)
                : row.Source.StartsWith('/') ? devices.Holding(row.Source)
                : null;
            if (device is null || used.Any(area => area.Path == row.Source || (!area.IsFile && area.Device == device))) continue;
            var protection = DeviceProtection.Of(device, devices, table);
            if (protection.Protection == SwapProtection.Plain)
                yield return Judgement
                    .Open($"{row.Source} is not in use, but will be at the next start: {protection.Reason}", row.Evidence)
                    .About(row.Source)
                    .RepairedBy(new TableLine("etc/fstab", row.Line.Text, "# " + row.Line.Text.Trim()));
        }
    }

    // Each start formats the swap area again, with a new UUID. So the device below must be named by something that stays.
    private static IReadOnlyList<Repair> RepairsOf(SwapArea area)
    {
        const string name = "lethe-swap", options = "swap,cipher=aes-xts-plain64,size=512,sector-size=4096";
        if (!area.StablePath.StartsWith('/') || area.Configured is not { } line)
            return
            [
                new ManualRepair(
                    $"encrypt {area.Path} with a key of /dev/urandom that each start makes (option swap of crypttab), or do without swap; "
                        + "then overwrite what it holds"
                ),
            ];
        string[] words = line.Words;
        string mapped = $"/dev/mapper/{name} {string.Join(' ', words.Skip(1))}";
        return
        [
            new TableLine("etc/crypttab", "", $"{name} {area.StablePath} /dev/urandom {options}"),
            new TableLine("etc/fstab", line.Text, mapped),
            new ManualRepair($"overwrite what {area.Path} holds already, once it is out of use (blkdiscard, or dd with zeroes)"),
        ];
    }

    private static IReadOnlyList<Repair> KeyRepairsOf(HostFacts facts, SwapArea area)
    {
        string? name = area.Device?.MapName
            ?? (area.Path.StartsWith("/dev/mapper/", StringComparison.Ordinal) ? area.Path["/dev/mapper/".Length..] : null);
        EncryptedDevice? row = area.IsFile ? null : EncryptionTable.Of(facts).Find(name);
        return row is null || !row.Source.StartsWith('/')
            ?
            [
                new ManualRepair(
                    $"give {area.Path} a layer with a key of /dev/urandom that each start makes (option swap of crypttab); that rules "
                        + "hibernation out"
                ),
            ]
            :
            [
                new TableLine(
                    "etc/crypttab",
                    row.Line.Text,
                    $"{row.Name} {row.Source} /dev/urandom swap,cipher=aes-xts-plain64,size=512,sector-size=4096"
                ),
            ];
    }
}
