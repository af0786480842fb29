using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>
/// The namespaces of a running host's persistent memory (drivers/nvdimm; ndctl calls their modes fsdax, sector, devdax and raw).
/// </summary>
internal sealed class PersistentNamespaces
{
    private const string Bus = "/sys/bus/nd/devices/", Kind = Bus + "namespace*/";

    /// <summary>The files that say how each is used; a machine without any has no persistent memory.</summary>
    public const string Modes = Kind + "mode";

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = [Modes, Kind + "size", Kind + "holder", Bus + "*/block/", .. BlockDevices.Wants];

    /// <summary>Those that hold something.</summary>
    public static IEnumerable<PersistentNamespace> Of(HostFacts facts)
    {
        var devices = BlockDevices.Of(facts);
        foreach (Reading mode in facts.Matching(Modes))
        {
            string directory = mode.Path[..^"mode".Length], name = directory[Bus.Length..].TrimEnd('/');
            if (facts.Read(directory + "size").Value == "0") continue;
            // A claimed namespace shows itself as the device of who claims it.
            string shownBy =
                facts.Read(directory + "holder").Value is { Length: > 0 } holder && !holder.Contains('/')
                    ? $"{Bus}{holder}/block/"
                    : directory + "block/";
            string? block = facts.Read(shownBy).Entries.Select(entry => entry.Name).FirstOrDefault()
                ?? facts.Read(directory + "block/").Entries.Select(entry => entry.Name).FirstOrDefault();
            yield return new PersistentNamespace(name, ModeOf(mode.Value), devices.Find(block), mode);
        }
    }

    // As mode_show of drivers/nvdimm/namespace_devs.c says them.
    private static NamespaceMode ModeOf(string? mode) => mode switch
    {
        "memory" => NamespaceMode.FileSystemDax,
        "safe" => NamespaceMode.Sector,
        "dax" => NamespaceMode.DeviceDax,
        "raw" => NamespaceMode.Raw,
        _ => NamespaceMode.Unknown,
    };
}

/// <summary>How a namespace is used.</summary>
internal enum NamespaceMode
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>As a disk, without more.</summary>
    Raw,

    /// <summary>As a disk that writes each sector whole or not at all.</summary>
    Sector,

    /// <summary>As a disk whose files can be mapped directly.</summary>
    FileSystemDax,

    /// <summary>As memory that a program maps directly; no disk.</summary>
    DeviceDax,
}

/// <summary>A namespace of persistent memory.</summary>
/// <param name="Name">As <c>namespace0.0</c>.</param>
/// <param name="Mode">How it is used.</param>
/// <param name="Device">Its block device; null when it has none that is known.</param>
/// <param name="Said">The reading of its mode.</param>
internal sealed record PersistentNamespace(string Name, NamespaceMode Mode, BlockDevice? Device, Reading Said)
{
    /// <summary>The mode as evidence.</summary>
    public Citation Evidence => Said.Evidence;
}
