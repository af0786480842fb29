using Lethe.Evidence;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.PersistentMemory;

/// <summary>What namespaces of persistent memory hold, and whether it is encrypted.</summary>
internal static class PersistentNamespaceRules
{
    private const string DevicePaths = "/dev/pmem", DirectMapping = "dax";

    public static IReadOnlyList<string> Wants { get; } = [.. PersistentNamespaces.Wants, .. BlockDevices.Wants, .. MountTable.Wants];

    /// <summary>Whether what is written to namespaces is encrypted: one judgement for each.</summary>
    public static IEnumerable<Judgement> Encrypted(HostFacts facts)
    {
        var devices = BlockDevices.Of(facts);
        PersistentNamespace[] all = [.. PersistentNamespaces.Of(facts)];
        foreach (PersistentNamespace one in all) yield return Judge(facts, devices, one).About(one.Name);
        if (all.Length > 0 || facts.Scope != FactScope.Host) yield break;
        yield return facts.Missing([PersistentNamespaces.Modes]) is { } missing
            ? Judgement.Unknown($"needs {missing}")
            : Judgement.Closed("this machine has no persistent memory in use");
    }

    /// <summary>Whether files are mapped directly from the medium, where nothing encrypts them: one judgement for each mount.</summary>
    public static IEnumerable<Judgement> NotMappedDirectly(HostFacts facts)
    {
        var devices = BlockDevices.Of(facts);
        var mounts = MountTable.Of(facts);
        if (mounts.Problem is { } problem && facts.Matching(PersistentNamespaces.Modes).Any())
            yield return Judgement.Unknown($"needs what is mounted: {problem}");
        foreach (Mount mount in mounts.All.Where(mount => IsOnPersistentMemory(mount, devices)).DistinctBy(mount => mount.Point))
        {
            yield return (mount.Option(DirectMapping) switch
            {
                "" or "always" => Judgement
                    .Open("programs write directly to the medium, past any encryption", mount.Evidence)
                    .RepairedBy(Indirect(facts, mount)),
                "inode" => Judgement.Unknown("needs to know which files are marked for direct mapping", mount.Evidence),
                _ => Judgement.Closed("files are not mapped directly", mount.Evidence),
            }).About(mount.Point);
        }
    }

    /// <summary>Whether encrypted volumes lie on namespaces that write only whole sectors.</summary>
    public static IEnumerable<Judgement> WholeSectors(HostFacts facts)
    {
        var devices = BlockDevices.Of(facts);
        foreach (PersistentNamespace one in PersistentNamespaces.Of(facts))
        {
            if (one.Device is null || Encrypting(devices, one.Device) is not [var encrypted, ..]) continue;
            Citation[] evidence = [one.Evidence, encrypted.Evidence!];
            yield return (one.Mode switch
            {
                NamespaceMode.Sector => Judgement.Closed("the encrypted volume is on a namespace that writes each sector whole", evidence),
                NamespaceMode.Unknown => Judgement.Unknown(
                    $"needs the mode of the namespace: {one.Said.Problem ?? "one that is known"}",
                    evidence
                ),
                _ => Judgement
                    .Open(
                        "the encrypted volume is on a namespace that may write half a sector when power fails, which decrypts to nothing",
                        evidence
                    )
                    .RepairedBy(
                        new ManualRepair(
                            $"save its content and make it anew in sector mode: ndctl create-namespace -f -e {one.Name} -m sector"
                        )
                    ),
            }).About(one.Name);
        }
    }

    private static Judgement Judge(HostFacts facts, BlockDevices devices, PersistentNamespace one)
    {
        if (one.Mode == NamespaceMode.DeviceDax)
            return Judgement.Open("programs map it and write to the medium as it is", one.Evidence).RepairedBy(Sector(one));
        if (one.Device is null)
            return Judgement.Unknown(
                $"needs the block device of the namespace{(one.Said.Problem is { } problem ? $": {problem}" : "")}",
                one.Evidence
            );
        var mounts = MountTable.Of(facts);
        Mount? plain = mounts.All.FirstOrDefault(mount =>
            devices.Of(mount) is { } device
            && devices.Ways(device).Any(way => IsOn(way, one.Device) && !way.Any(layer => layer.Encryption is not null))
        );
        if (plain is not null)
            return Judgement
                .Open(
                    $"files are written as they are to {one.Device.Name}, and stay there without power, deleted or not",
                    one.Evidence,
                    plain.Evidence
                )
                .RepairedBy(Sector(one));
        if (mounts.Problem is { } missing) return Judgement.Unknown($"needs what is mounted: {missing}", one.Evidence);
        return Encrypting(devices, one.Device) is [var encrypted, ..]
            ? Judgement.Closed("all that is written to it is encrypted", one.Evidence, encrypted.Evidence!)
            : Judgement.Unknown(
                $"needs to know what {one.Device.Name} holds: nothing uses it now, and what was written to it is still there",
                one.Evidence
            );
    }

    private static BlockDevice[] Encrypting(BlockDevices devices, BlockDevice below) =>
        [.. devices.All.Where(device => device.Encryption is not null && devices.Ways(device).Any(way => IsOn(way, below)))];

    private static bool IsOn(IReadOnlyList<BlockDevice> way, BlockDevice below) => way.Any(layer => layer.Name == below.Name);

    private static bool IsOnPersistentMemory(Mount mount, BlockDevices devices) =>
        mount.Source.StartsWith(DevicePaths, StringComparison.Ordinal)
        || (
            devices.Of(mount) is { } device
            && devices.Ways(device).Any(way => way.Any(layer => layer.Name.StartsWith("pmem", StringComparison.Ordinal)))
        );

    private static Repair Indirect(HostFacts facts, Mount mount)
    {
        TextLine row = facts
            .Read("/etc/fstab")
            .Lines.FirstOrDefault(line => line.Words is [var source, var point, _, _, ..] && source[0] != '#' && point == mount.Point);
        if (row.Words is not [var device, var at, var type, var options, .. var rest])
            return new ManualRepair($"mount {mount.Point} with dax=never, on a LUKS volume");
        string kept = string.Join(
            ',',
            [
                .. options.Split(',').Where(option => option != DirectMapping && !option.StartsWith("dax=", StringComparison.Ordinal)),
                "dax=never",
            ]
        );
        return new TableLine("etc/fstab", row.Text, string.Join(' ', (string[])[device, at, type, kept, .. rest]));
    }

    private static ManualRepair Sector(PersistentNamespace one) =>
        new(
            $"save its content, make it anew in sector mode (ndctl create-namespace -f -e {one.Name} -m sector) and put a LUKS volume on "
                + "it; what stands there now goes with ndctl sanitize-dimm"
        );
}
