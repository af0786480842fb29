namespace Lethe.Scanning.Sources;

/// <summary>A contiguous range of a source's bytes: a memory range, a segment, a file of a tree.</summary>
/// <param name="Offset">
/// Where it begins in the source, in bytes: the offset in the file for plain images, the physical address for formats that store
/// pages compressed, the virtual address for processes, 0 for each file of a tree.
/// </param>
/// <param name="Length">Bytes; <see cref="UnknownLength"/> if only reading shows them.</param>
/// <param name="Address">The physical address of its first byte; null when its bytes have none.</param>
/// <param name="Name">The name of its file or mapping, in trees, archives and processes. Not escaped for display.</param>
public sealed record Part(long Offset, long Length, ulong? Address = null, string? Name = null)
{
    /// <summary>The address of its first byte in the process that it belonged to; null when that is not known.</summary>
    public ulong? VirtualAddress { get; init; }

    /// <summary>The process id of the live process that it is memory of; null when it is not of a process.</summary>
    public int? Process { get; init; }

    /// <summary>
    /// Whether it may be read from several places at once. A stream can only be read from its beginning, once, before the
    /// source is asked for the next part.
    /// </summary>
    public bool Seekable { get; init; } = true;

    /// <summary>The length of a stream with an unknown end.</summary>
    public const long UnknownLength = long.MaxValue;

    /// <summary>Whether only reading shows how long it is.</summary>
    public bool HasUnknownLength => Length == UnknownLength;
}
