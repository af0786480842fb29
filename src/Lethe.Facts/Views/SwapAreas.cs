using Lethe.Evidence;
using Lethe.Linux.Text;

namespace Lethe.Facts.Views;

/// <summary>
/// Where memory is swapped out to. Of a running host the areas in use (<c>/proc/swaps</c>); of a file system at rest those that fstab(5),
/// units of systemd (systemd.swap(5)) and zram-generator.conf(5) will use.
/// </summary>
internal sealed class SwapAreas
{
    private const string InUse = "/proc/swaps", Partitions = "/dev/disk/by-partuuid/";
    private static readonly string[] Units = ["/usr/lib/systemd/system/*.swap", "/etc/systemd/system/*.swap"];

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } =
    [InUse, Partitions, .. DeviceProtection.Wants, .. FileSystemTable.Wants, .. CompressedSwap.Wants, .. Units];

    /// <summary>Reads it out of facts.</summary>
    public static SwapAreas Of(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host)
        {
            string? missing =
                facts.Scope == FactScope.Root ? facts.Missing([.. FileSystemTable.Wants, .. CompressedSwap.Wants, .. Units]) : null;
            return new SwapAreas { Problem = missing, All = [.. Configured(facts)], Evidence = facts.Read("/etc/fstab").Evidence };
        }

        Reading swaps = facts.Read(InUse);
        var devices = BlockDevices.Of(facts);
        var table = EncryptionTable.Of(facts);
        return new SwapAreas
        {
            Problem = swaps.IsUnknown ? $"{swaps.Source}: {swaps.Problem}" : null,
            Evidence = swaps.Evidence,
            All =
            [
                .. from line in swaps.Lines
                let used = ActiveSwap.Parse(line.Text)
                where used is not null
                select OfRunning(facts, line, used, devices, table),
            ],
        };
    }

    /// <summary>Why they are not known; null when they are.</summary>
    public string? Problem { get; private init; }

    /// <summary>What says so as a whole.</summary>
    public required Citation Evidence { get; init; }

    /// <summary>The areas, in order.</summary>
    public IReadOnlyList<SwapArea> All { get; private init; } = [];

    /// <summary>
    /// The areas that anybody who has the medium may come to read, or may for all that is known: not encrypted with a random key and not
    /// memory.
    /// </summary>
    public IEnumerable<SwapArea> Readable =>
        All.Where(area => area.Protection is SwapProtection.StoredKey or SwapProtection.Unknown or SwapProtection.Plain);

    /// <summary>The worst of all areas; memory when there are none.</summary>
    public SwapProtection Worst => All.Select(area => area.Protection).DefaultIfEmpty(SwapProtection.Memory).Max();

    private static SwapArea OfRunning(HostFacts facts, TextLine line, ActiveSwap used, BlockDevices devices, EncryptionTable table)
    {
        (string path, bool isFile, _) = used;
        BlockDevice? device = isFile ? devices.Holding(path) : devices.Find(path);
        var protection = device is null
            ? new DeviceProtection(
                SwapProtection.Unknown,
                $"the block device of {path} ({devices.Problem ?? "none is known by that name"})",
                []
            )
            : DeviceProtection.Of(device, devices, table);
        string? stable = facts
            .Read(Partitions)
            .Entries.FirstOrDefault(entry =>
                device is not null && !isFile && entry.Target?.EndsWith("/" + device.Name, StringComparison.Ordinal) is true
            )
            ?.Name;
        TextLine? configured = FileSystemTable
            .SwapAreas(facts)
            .FirstOrDefault(row => row.Source == path || (device?.MapName is { } name && row.Source == "/dev/mapper/" + name))
            ?.Line;
        return new SwapArea(path, protection.Protection, protection.Reason, [line.Evidence, .. protection.Evidence])
        {
            Device = device,
            StablePath = stable is null ? path : Partitions + stable,
            Configured = configured,
            IsFile = isFile,
        };
    }

    private static IEnumerable<SwapArea> Configured(HostFacts facts)
    {
        var table = EncryptionTable.Of(facts);
        foreach (ConfiguredSwap row in FileSystemTable.SwapAreas(facts))
            yield return OfConfigured(row.Source, row.Evidence, table) with
            {
                Configured = row.Line,
            };
        foreach (Reading unit in Units.SelectMany(facts.Matching))
            foreach (TextLine line in unit.Lines.Where(line => line.Text.StartsWith("What=", StringComparison.Ordinal)))
                yield return OfConfigured(line.Text["What=".Length..].Trim(), line.Evidence, table);
        foreach (CompressedSwap compressed in CompressedSwap.Of(facts))
            yield return new SwapArea(
                "/dev/" + compressed.Name,
                SwapProtection.Memory,
                $"{compressed.Name} is compressed memory",
                [compressed.Evidence]
            );
    }

    private static SwapArea OfConfigured(string source, Citation evidence, EncryptionTable table)
    {
        const string mapper = "/dev/mapper/";
        if (source.StartsWith("/dev/zram", StringComparison.Ordinal))
            return new SwapArea(source, SwapProtection.Memory, $"{source} is compressed memory", [evidence]);
        EncryptedDevice? row = source.StartsWith(mapper, StringComparison.Ordinal) ? table.Find(source[mapper.Length..]) : null;
        bool isFile = source.StartsWith('/') && !source.StartsWith("/dev/", StringComparison.Ordinal);
        if (row is not null)
        {
            return row.HasRandomKey
                ? new SwapArea(source, SwapProtection.RandomKey, $"{source} is encrypted with a random key", [evidence, row.Evidence])
                : new SwapArea(
                    source,
                    SwapProtection.StoredKey,
                    row.Key is "none" or "-"
                        ? $"{source} is encrypted with a key that a passphrase opens"
                        : $"{source} is encrypted with the key of {row.Key}",
                    [evidence, row.Evidence]
                );
        }

        // Names of devices do not say what lies below them, unless they are a disk's or a partition's own, or nothing at all is encrypted.
        bool opaque =
            isFile
            || source.StartsWith(mapper, StringComparison.Ordinal)
            || source.StartsWith("/dev/md", StringComparison.Ordinal)
            || source.StartsWith("/dev/loop", StringComparison.Ordinal)
            || source.Count(letter => letter == '/') != 2;
        bool nothingEncrypted = table.Problem is null && table.All.Count == 0;
        return opaque && !nothingEncrypted
            ? new SwapArea(source, SwapProtection.Unknown, $"what {source} is kept on", [evidence]) { IsFile = isFile }
            : new SwapArea(source, SwapProtection.Plain, $"{source} is not encrypted", [evidence]) { IsFile = isFile };
    }
}

/// <summary>One place that memory is swapped out to.</summary>
/// <param name="Path">As whoever lists it writes it; untrusted.</param>
/// <param name="Protection">What keeps it from being read.</param>
/// <param name="Reason">Why, in a few words with the layers below; for what is not known, what would be needed.</param>
/// <param name="Evidence">What says so.</param>
internal sealed record SwapArea(string Path, SwapProtection Protection, string Reason, IReadOnlyList<Citation> Evidence)
{
    /// <summary>The device, or that which holds the file; null when it is not known.</summary>
    public BlockDevice? Device { get; init; }

    /// <summary>A path that stays the same when the area is made anew.</summary>
    public string StablePath { get; init; } = Path;

    /// <summary>The line of fstab(5) that brings it into use; null when none is known to.</summary>
    public TextLine? Configured { get; init; }

    /// <summary>Whether it is a file.</summary>
    public bool IsFile { get; init; }
}
