using Lethe.Linux;

namespace Lethe.Scanning.Sources.Storage;

/// <summary>A device that can only be mapped.</summary>
internal sealed class MappedStorage : IStorage
{
    private readonly MemoryRange memory;

    /// <summary>Maps a device. The descriptor stays the caller's.</summary>
    /// <param name="file">The device.</param>
    /// <param name="length">Bytes of the device, a multiple of its own page size.</param>
    /// <exception cref="LinuxException">It cannot be mapped.</exception>
    public MappedStorage(Descriptor file, long length) => memory = MemoryRange.OfFile(file, length, writable: false);

    /// <inheritdoc/>
    public long Length => memory.Length;

    /// <inheritdoc/>
    public unsafe int Read(long at, Span<byte> destination, out string? problem)
    {
        problem = null;
        if (at < 0 || at >= Length) return 0;
        int length = (int)Math.Min(destination.Length, Length - at);
        // SAFETY: the bytes lie inside the mapping, which lives as long as this object.
        new ReadOnlySpan<byte>(memory.Start + at, length).CopyTo(destination);
        return length;
    }

    /// <inheritdoc/>
    public (long Offset, long Length)? NextData(long from, long to) => from < to ? (from, to - from) : null;

    /// <inheritdoc/>
    public void Dispose() => memory.Dispose();
}
