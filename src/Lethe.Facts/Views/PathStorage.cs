using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>What files below a path are finally kept on.</summary>
internal enum StorageKind
{
    /// <summary>Not known, or known only elsewhere.</summary>
    Unknown,

    /// <summary>Memory, which is gone when the machine is off.</summary>
    Memory,

    /// <summary>Devices that are encrypted on every way down.</summary>
    Encrypted,

    /// <summary>A device as it is.</summary>
    Plain,
}

/// <summary>What files below a path are finally kept on.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Mount">What is mounted there; null when that is not known.</param>
/// <param name="Device">The device of the file system; null when it has none that is known.</param>
/// <param name="Evidence">What says so.</param>
/// <param name="Needed">What would be needed to know; null when it is known.</param>
internal sealed record PathStorage(StorageKind Kind, Mount? Mount, BlockDevice? Device, IReadOnlyList<Citation> Evidence, string? Needed)
{
    private static readonly string[] InMemory = ["tmpfs", "ramfs", "hugetlbfs", "devtmpfs"],
        OfOthers = ["nfs", "nfs4", "cifs", "smb3", "9p", "virtiofs", "ceph", "glusterfs", "zfs"];

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = [.. BlockDevices.Wants, .. MountTable.Wants, .. EncryptionTable.Wants];

    /// <summary>Of a path: absolute and without links.</summary>
    public static PathStorage Of(HostFacts facts, string path)
    {
        var mounts = MountTable.Of(facts);
        Mount? mount = mounts.Holding(path);
        // The layer of an overlay that is written to is a directory elsewhere; that directory can itself be in an overlay, but not for
        // ever.
        for (int depth = 0; depth < 4 && mount is { Type: "overlay" } && mount.Option("upperdir") is { } upper; depth++)
        {
            Mount? below = mounts.Holding(upper);
            if (below is null || below == mount) break;
            mount = below;
        }

        if (mount is null) return new PathStorage(StorageKind.Unknown, null, null, [], mounts.Problem ?? $"what {path} is on");
        if (InMemory.Contains(mount.Type)) return new PathStorage(StorageKind.Memory, mount, null, [mount.Evidence], null);
        if (OfOthers.Contains(mount.Type) || mount.Type.StartsWith("fuse", StringComparison.Ordinal))
            return new PathStorage(StorageKind.Unknown, mount, null, [mount.Evidence], $"to know how {mount.Type} keeps {mount.Point}");
        return facts.Scope == FactScope.Host ? Running(facts, mount) : Configured(facts, mount);
    }

    /// <summary>Of a device: its path or its name.</summary>
    public static PathStorage OfDevice(HostFacts facts, string device)
    {
        var devices = BlockDevices.Of(facts);
        return devices.Find(device) is { } found
            ? Below(devices, found, null, [])
            : new PathStorage(StorageKind.Unknown, null, null, [], devices.Problem ?? $"to know what {device} is");
    }

    private static PathStorage Running(HostFacts facts, Mount mount)
    {
        var devices = BlockDevices.Of(facts);
        return devices.Of(mount) is { } device
            ? Below(devices, device, mount, [mount.Evidence])
            : new PathStorage(StorageKind.Unknown, mount, null, [mount.Evidence], devices.Problem ?? $"the device of {mount.Point}");
    }

    private static PathStorage Below(BlockDevices devices, BlockDevice device, Mount? mount, IReadOnlyList<Citation> evidence)
    {
        IReadOnlyList<IReadOnlyList<BlockDevice>> ways = devices.Ways(device);
        Citation[] said = [.. evidence, .. ways.SelectMany(way => way).Select(layer => layer.Evidence).OfType<Citation>().Distinct()];
        StorageKind[] kinds = [.. ways.Select(KindOf)];
        StorageKind kind =
            kinds.Contains(StorageKind.Plain) ? StorageKind.Plain
            : kinds.Contains(StorageKind.Unknown) ? StorageKind.Unknown
            : kinds.Contains(StorageKind.Encrypted) ? StorageKind.Encrypted
            : StorageKind.Memory;
        return new PathStorage(kind, mount, device, said, kind == StorageKind.Unknown ? $"to know what {device.Name} is kept on" : null);
    }

    private static StorageKind KindOf(IReadOnlyList<BlockDevice> way)
    {
        if (way[^1].IsMemory) return StorageKind.Memory;
        if (way.Any(layer => layer.Encryption is not null)) return StorageKind.Encrypted;
        // A loop device whose file is on nothing that is known, or a map without what it is made of.
        return way[^1].BackingFile is not null || way[^1].MapIdentity is not null ? StorageKind.Unknown : StorageKind.Plain;
    }

    // A partition or disk is named as it is; what a UUID or a logical volume is made of only its own start says.
    private static PathStorage Configured(HostFacts facts, Mount mount)
    {
        string name = mount.Source.StartsWith("/dev/mapper/", StringComparison.Ordinal) ? mount.Source["/dev/mapper/".Length..] : "";
        if (EncryptionTable.Of(facts).Find(name) is { } encrypted)
            return new PathStorage(StorageKind.Encrypted, mount, null, [mount.Evidence, encrypted.Evidence], null);
        string[] plain = ["/dev/sd", "/dev/vd", "/dev/xvd", "/dev/hd", "/dev/nvme", "/dev/mmcblk", "/dev/pmem", "PARTUUID=", "PARTLABEL="];
        return plain.Any(start => mount.Source.StartsWith(start, StringComparison.Ordinal))
            ? new PathStorage(StorageKind.Plain, mount, null, [mount.Evidence], null)
            : new PathStorage(
                StorageKind.Unknown,
                mount,
                null,
                [mount.Evidence],
                $"to know what {mount.Source} is made of; look on the running host"
            );
    }
}
