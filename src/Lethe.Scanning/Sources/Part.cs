namespace Lethe.Scanning.Sources;

/// <summary>A contiguous range of a source's bytes: a memory range, a segment, a file of a tree.</summary>
/// <param name="Offset">
/// Where it begins in the source, in bytes: the offset in the file for plain images, the physical address for formats that store
/// pages compressed, the virtual address for processes, 0 for each file of a tree.
/// </param>
/// <param name="Length">Bytes; <see cref="UnknownLength"/> where that shows only in reading.</param>
/// <param name="Address">The physical address of its first byte; null where bytes have none.</param>
/// <param name="Name">The file or mapping it is, for trees, archives and processes; not escaped for showing.</param>
public sealed record Part(long Offset, long Length, ulong? Address = null, string? Name = null)
{
    /// <summary>The address of its first byte in the process it was part of; null where that is not known.</summary>
    public ulong? VirtualAddress { get; init; }

    /// <summary>The number of the living process it is memory of; null where it is none's.</summary>
    public int? Process { get; init; }

    /// <summary>
    /// Whether it may be read from several places at once; a stream can be read only from its beginning, once, before the next part is
    /// asked for.
    /// </summary>
    public bool Seekable { get; init; } = true;

    /// <summary>The length of a stream whose end is not known.</summary>
    public const long UnknownLength = long.MaxValue;

    /// <summary>Whether only reading shows how long it is.</summary>
    public bool HasUnknownLength => Length == UnknownLength;
}
