using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>
/// The block devices of a running host, and what each is made of: the slaves of device mapper and RAID devices, the disk of a partition,
/// the device below the file of a loop device (Documentation/ABI/stable/sysfs-block, testing/sysfs-block-dm). At rest there are none.
/// </summary>
internal sealed class BlockDevices
{
    private const string Directory = "/sys/class/block/";
    private const int MostLayers = 16;

    private readonly Dictionary<string, BlockDevice> named = new(StringComparer.Ordinal);
    private readonly MountTable mounts;

    private BlockDevices(MountTable mounts, string? problem)
    {
        this.mounts = mounts;
        Problem = problem;
    }

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } =
    [
        Directory,
        Directory + "*/dev",
        Directory + "*/dm/name",
        Directory + "*/dm/uuid",
        Directory + "*/slaves/",
        Directory + "*/loop/backing_file",
        Directory + "*/backing_dev", Directory + "*/md/level", .. MountTable.Wants,
    ];

    /// <summary>Reads them out of facts.</summary>
    public static BlockDevices Of(HostFacts facts)
    {
        Reading directory = facts.Read(Directory);
        var devices = new BlockDevices(
            MountTable.Of(facts),
            directory.Entries.Count == 0 && !directory.IsAbsent ? $"{Directory}: {directory.Problem}" : null
        );
        HashSet<string> names = [.. directory.Entries.Select(entry => entry.Name)];
        foreach (FactEntry entry in directory.Entries) devices.named[entry.Name] = new BlockDevice(entry.Name, DiskOf(entry, names));
        devices.Fill(facts, "dev", (device, reading) => device.Number = reading.Value);
        devices.Fill(facts, "dm/name", (device, reading) => device.MapName = reading.Value);
        devices.Fill(facts, "dm/uuid", (device, reading) => (device.MapIdentity, device.Evidence) = (reading.Value, reading.Evidence));
        devices.Fill(facts, "slaves/", (device, reading) => device.Slaves = [.. reading.Entries.Select(entry => entry.Name)]);
        devices.Fill(facts, "loop/backing_file", (device, reading) =>
            (device.BackingFile, device.Evidence) = (reading.Text?.TrimEnd('\n'), reading.Evidence)
        );
        devices.Fill(facts, "backing_dev", (device, reading) =>
            (device.BackingFile, device.Evidence) = (reading.Value is "none" ? null : reading.Value, reading.Evidence)
        );
        devices.Fill(facts, "md/level", (device, reading) => (device.RaidLevel, device.Evidence) = (reading.Value, reading.Evidence));
        return devices;
    }

    /// <summary>Why they are not known; null when they are.</summary>
    public string? Problem { get; }

    /// <summary>All of them, partitions too.</summary>
    public IEnumerable<BlockDevice> All => named.Values;

    /// <summary>
    /// The device of a name as the kernel has it (<c>dm-0</c>), a number (<c>254:0</c>) or a path (<c>/dev/sda2</c>,
    /// <c>/dev/mapper/vault</c>, <c>/dev/vg/volume</c>).
    /// </summary>
    /// <returns>Null when there is none.</returns>
    public BlockDevice? Find(string? device)
    {
        if (string.IsNullOrEmpty(device)) return null;
        if (named.TryGetValue(device, out BlockDevice? found)) return found;
        if (char.IsAsciiDigit(device[0])) return named.Values.FirstOrDefault(one => one.Number == device);
        if (!device.StartsWith("/dev/", StringComparison.Ordinal)) return null;
        // A slash in the kernel's name of a device stands as an exclamation mark; LVM doubles the dashes of both its names and joins them
        // by one.
        string name = device["/dev/".Length..],
            mapped = name.StartsWith("mapper/", StringComparison.Ordinal)
                ? name["mapper/".Length..]
                : string.Join('-', name.Split('/').Select(part => part.Replace("-", "--", StringComparison.Ordinal)));
        return named.GetValueOrDefault(name.Replace('/', '!'))
            ?? (name.Contains('/') ? named.Values.FirstOrDefault(one => one.MapName == mapped) : null);
    }

    /// <summary>The device that holds a mounted file system.</summary>
    /// <returns>Null when it is on none, or on one that is not known.</returns>
    public BlockDevice? Of(Mount? mount) => mount is null ? null : Find(mount.Number) ?? Find(mount.Source);

    /// <summary>The device that holds a file.</summary>
    /// <param name="path">Absolute and without links.</param>
    public BlockDevice? Holding(string path) => Of(mounts.Holding(path));

    /// <summary>What a device is directly made of; none for a disk, and for what is not known.</summary>
    public IReadOnlyList<BlockDevice> Below(BlockDevice device)
    {
        if (device.Slaves.Count > 0) return [.. device.Slaves.Select(Find).OfType<BlockDevice>()];
        BlockDevice? one =
            device.Disk is not null ? Find(device.Disk)
            : device.BackingFile is { } file ? Find(file) ?? Holding(file)
            : null;
        return one is null ? [] : [one];
    }

    /// <summary>The ways from a device down to what it is finally kept on; each begins with the device itself.</summary>
    public IReadOnlyList<IReadOnlyList<BlockDevice>> Ways(BlockDevice device)
    {
        const int most = 256;
        var ways = new List<IReadOnlyList<BlockDevice>>();
        Walk([device]);
        return ways;

        // What lies about itself may lead in circles.
        void Walk(IReadOnlyList<BlockDevice> way)
        {
            BlockDevice[] next = way.Count >= MostLayers ? [] : [.. Below(way[^1]).Where(below => !way.Contains(below))];
            if (next.Length == 0 && ways.Count < most) ways.Add(way);
            foreach (BlockDevice below in next.TakeWhile(_ => ways.Count < most)) Walk([.. way, below]);
        }
    }

    // A partition's directory is inside its disk's.
    private static string? DiskOf(FactEntry entry, HashSet<string> names) =>
        entry.Target?.Split('/') is [.., var above, var name] && name == entry.Name && above != name && names.Contains(above)
            ? above
            : null;

    private void Fill(HostFacts facts, string file, Action<BlockDevice, Reading> fill)
    {
        foreach (Reading reading in facts.Matching(Directory + "*/" + file))
        {
            string name = reading.Path[Directory.Length..reading.Path.IndexOf('/', Directory.Length)];
            if (reading.IsUnknown) continue;
            if (!named.TryGetValue(name, out BlockDevice? device)) named[name] = device = new BlockDevice(name, null);
            fill(device, reading);
        }
    }
}

/// <summary>A block device. What it is made of is named as the kernel names it.</summary>
internal sealed class BlockDevice
{
    // The types of cryptsetup that encrypt; it names its integrity and verity devices likewise.
    private static readonly string[] Encrypting = ["PLAIN", "LUKS1", "LUKS2", "LOOPAES", "TCRYPT", "BITLK", "FVAULT2"];

    internal BlockDevice(string name, string? disk)
    {
        Name = name;
        Disk = disk;
    }

    /// <summary>As the kernel has it, such as <c>sda2</c> or <c>dm-0</c>.</summary>
    public string Name { get; }

    /// <summary>The disk that it is a partition of; null for none.</summary>
    public string? Disk { get; }

    /// <summary>Major and minor number, as <c>254:0</c>; null when they are not known.</summary>
    public string? Number { get; internal set; }

    /// <summary>The name that device mapper has for it; null for others. Untrusted.</summary>
    public string? MapName { get; internal set; }

    /// <summary>
    /// Device mapper's UUID, which begins with who made it: <c>CRYPT-LUKS2-…</c>, <c>LVM-…</c>; null for others. Untrusted.
    /// </summary>
    public string? MapIdentity { get; internal set; }

    /// <summary>What device mapper or RAID make it of.</summary>
    public IReadOnlyList<string> Slaves { get; internal set; } = [];

    /// <summary>The file or device that a loop device shows or that zram writes to; null for none. Untrusted.</summary>
    public string? BackingFile { get; internal set; }

    /// <summary>As <c>raid1</c>; null for others.</summary>
    public string? RaidLevel { get; internal set; }

    /// <summary>The fact that says what it is; null for a plain disk or partition.</summary>
    public Citation? Evidence { get; internal set; }

    /// <summary>Its files in sysfs, with a slash at the end.</summary>
    public string Files => "/sys/class/block/" + Name + "/";

    /// <summary>How cryptsetup encrypts it: <c>PLAIN</c>, <c>LUKS2</c> and others; null when it does not.</summary>
    public string? Encryption => MapIdentity?.Split('-') is ["CRYPT", var type, ..] && Encrypting.Contains(type) ? type : null;

    /// <summary>Whether it is compressed memory.</summary>
    public bool IsCompressedMemory => Name.StartsWith("zram", StringComparison.Ordinal);

    /// <summary>Whether its content is RAM, and gone when the machine is off.</summary>
    public bool IsMemory =>
        IsCompressedMemory || (Name.StartsWith("ram", StringComparison.Ordinal) && Name.Length > 3 && char.IsAsciiDigit(Name[3]));
}
