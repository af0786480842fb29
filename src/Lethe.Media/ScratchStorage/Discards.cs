using Lethe.Evidence;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.ScratchStorage;

/// <summary>
/// What happens to the blocks of deleted files. Without discards they stay until they are overwritten. But a discard that passes an
/// encrypted layer shows below it which blocks are free (dm-crypt(8), <c>allow_discards</c>).
/// </summary>
internal static class Discards
{
    private const string VolumeManager = "/etc/lvm/lvm.conf", VolumeManagerHere = "/etc/lvm/lvmlocal.conf", OnRemoval = "issue_discards";

    // btrfs and f2fs discard by default where they can, and then list this option.
    private const string AtOnce = "discard";

    public static IReadOnlyList<string> Wants { get; } =
    [VolumeManager, VolumeManagerHere, .. ScratchPlaces.Wants, .. DiscardPath.Wants, .. EncryptionTable.Wants];

    /// <summary>
    /// Whether discards of deleted files reach the medium: one judgement for each file system that workloads write to.
    /// </summary>
    public static IEnumerable<Judgement> ReachTheMedium(HostFacts facts)
    {
        if (facts.Scope == FactScope.Files) yield break;
        IEnumerable<PathStorage> storages = ScratchPlaces
            .Of(facts)
            .Select(place => ScratchPlaces.StorageOf(facts, place))
            .Where(storage => storage is { Kind: StorageKind.Plain or StorageKind.Encrypted, Mount: not null });
        foreach (PathStorage storage in storages.DistinctBy(storage => storage.Mount!.Point))
            yield return (facts.Scope == FactScope.Host ? Running(facts, storage) : Configured(facts, storage.Mount!)).About(
                storage.Mount!.Point
            );
    }

    /// <summary>Whether encrypted devices hide which of their blocks are free.</summary>
    public static IEnumerable<Judgement> HideFreeBlocks(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host)
        {
            foreach (EncryptedDevice row in EncryptionTable.Of(facts).All)
                yield return (
                    row.Options.Any(option => option is "discard" or "allow-discards")
                        ? Shown(row.Evidence)
                        : Judgement.Closed("it does not pass discards on", row.Evidence)
                ).About(row.Name);
            yield break;
        }

        var devices = BlockDevices.Of(facts);
        foreach (BlockDevice device in devices.All.Where(device => device.Encryption is not null))
        {
            (bool? takes, Citation evidence) = DiscardPath.TakenBy(facts, device);
            yield return (takes switch
            {
                true => Shown(evidence),
                false => Judgement.Closed("it does not pass discards on", evidence),
                null => Judgement.Unknown($"needs {evidence.Source}", device.Evidence!),
            }).About(device.MapName ?? device.Name);
        }
    }

    /// <summary>Whether the blocks of a removed logical volume are discarded.</summary>
    public static IEnumerable<Judgement> OfRemovedVolumes(HostFacts facts)
    {
        var devices = BlockDevices.Of(facts);
        Reading[] files = [facts.Read(VolumeManagerHere), facts.Read(VolumeManager)];
        bool used =
            facts.Scope == FactScope.Host
                ? devices.All.Any(device => device.MapIdentity?.StartsWith("LVM-", StringComparison.Ordinal) == true)
                : files.Any(file => file.Text is not null);
        if (!used) yield break;
        // The file for this host alone comes first.
        TextLine? line = files
            .SelectMany(file => file.Lines)
            .Where(line => line.Text.TrimStart().StartsWith(OnRemoval, StringComparison.Ordinal))
            .Select(line => (TextLine?)line)
            .FirstOrDefault();
        if (line is { } said && said.Text[(said.Text.IndexOf('=') + 1)..].Trim() == "1")
            yield return Judgement.Closed("blocks of removed logical volumes are discarded", said.Evidence);
        else if (files.FirstOrDefault(file => file.IsUnknown) is { } unknown)
            yield return Judgement.Unknown($"needs {unknown.Source}: {unknown.Problem}");
        else
            yield return Judgement
                .Open(
                    "removed logical volumes leave their blocks as they are",
                    line?.Evidence ?? new Citation(VolumeManager, null, $"{OnRemoval} is not set, so 0")
                )
                .RepairedBy(OnRemovalOf(files[1], line));
    }

    private static Judgement Running(HostFacts facts, PathStorage storage)
    {
        Mount mount = storage.Mount!;
        var path = DiscardPath.Of(facts, BlockDevices.Of(facts), storage.Device!);
        Citation[] evidence = [mount.Evidence, .. path.Evidence];
        if (path.Needed is { } needed) return Judgement.Unknown($"needs {needed}", evidence);
        if (path.Stops is { } layer)
            return Judgement
                .Open(
                    layer.Slaves.Count > 0
                        ? $"discards end at {layer.MapName ?? layer.Name}: deleted files stay on the medium until they are overwritten"
                        : $"{layer.Name} takes no discards: deleted files stay on it until they are overwritten",
                    evidence
                )
                .RepairedBy(Through(facts, layer));
        return Asked(facts, mount) is { } asked
            ? Judgement.Closed($"free blocks are discarded down to the medium {asked.When}", [.. evidence, asked.Evidence])
            : NeverAsked(facts, mount, evidence);
    }

    private static Judgement Configured(HostFacts facts, Mount mount) =>
        Asked(facts, mount) is { } asked
            ? Judgement.Unknown("needs the running host, to see whether every layer passes discards on", mount.Evidence, asked.Evidence)
            : NeverAsked(facts, mount, [mount.Evidence]);

    private static Judgement NeverAsked(HostFacts facts, Mount mount, Citation[] evidence)
    {
        TextLine row = facts
            .Read("/etc/fstab")
            .Lines.FirstOrDefault(line => line.Words is [var source, var point, _, ..] && source[0] != '#' && point == mount.Point);
        Repair repair = row.Words is [var device, var at, var type, var options, .. var rest]
            ? new TableLine("etc/fstab", row.Text, string.Join(' ', (string[])[device, at, type, $"{options},{AtOnce}", .. rest]))
            : new ManualRepair("discard free blocks each week: systemctl enable --now fstrim.timer");
        return Judgement
            .Open("nobody discards the blocks of deleted files, so that they stay on the medium until they are overwritten", evidence)
            .RepairedBy(repair);
    }

    private static (string When, Citation Evidence)? Asked(HostFacts facts, Mount mount)
    {
        if (mount.Option(AtOnce) is not null) return ("when files are deleted", mount.Evidence);
        return DiscardPath.Weekly(facts) is { } weekly ? ("once a week", weekly) : null;
    }

    private static Judgement Shown(Citation evidence) =>
        Judgement.Open(
            "it passes discards on: below it everybody sees which blocks are free, and so how much is stored and of what kind",
            evidence
        );

    private static Repair Through(HostFacts facts, BlockDevice layer)
    {
        if (layer.Encryption is null)
            return new ManualRepair(
                "keep scratch files on a volume whose key is thrown away, or in memory; overwriting reaches the blocks of rotating disks "
                    + "only"
            );
        return EncryptionTable.Of(facts).Find(layer.MapName) is { } row
            ? new TableLine(
                "etc/crypttab",
                row.Line.Text,
                string.Join(
                    ' ',
                    (string[])
                        [row.Name, row.Source, row.Key, string.Join(',', [.. row.Options.Where(option => option.Length > 0), "discard"])]
                )
            )
            : new ManualRepair(
                $"let {layer.MapName} pass discards on (cryptsetup refresh --allow-discards --persistent), which shows below it which "
                    + "blocks are free"
            );
    }

    private static Repair OnRemovalOf(Reading file, TextLine? line)
    {
        TextLine old = line
            ?? file.Lines.FirstOrDefault(one => one.Text.TrimStart('#', ' ', '\t').StartsWith(OnRemoval + " ", StringComparison.Ordinal));
        return old.Text is { } text && old.Source == VolumeManager
            ? new TableLine("etc/lvm/lvm.conf", text, $"\t{OnRemoval} = 1")
            : new ManualRepair($"set {OnRemoval} = 1 in the section devices of {VolumeManager}");
    }
}
