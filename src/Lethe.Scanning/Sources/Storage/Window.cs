namespace Lethe.Scanning.Sources.Storage;

/// <summary>
/// A buffer that moves over a storage, for one thread. Small reads close to each other then cost only one call.
/// </summary>
internal sealed class Window(IStorage storage, int size) : IDisposable
{
    private byte[] buffer = [];
    private long start;
    private int filled;
    private int used;

    /// <summary>The buffer that the indices of <see cref="TryGet"/> are for.</summary>
    public byte[] Buffer => buffer;

    /// <summary>Reads bytes into the buffer, unless they are there already.</summary>
    /// <param name="at">Offset in the storage, in bytes.</param>
    /// <param name="length">How many bytes. The window grows if this is more than its size, so callers bound it.</param>
    /// <param name="index">Index of the first byte in <see cref="Buffer"/>, valid until the next call.</param>
    /// <param name="problem">Why they cannot be read, for people.</param>
    public bool TryGet(long at, int length, out int index, out string? problem)
    {
        index = 0;
        problem = null;
        if (at >= start && at - start + length <= filled)
        {
            index = (int)(at - start);
            return true;
        }

        if (at < 0 || at > long.MaxValue - Math.Max(length, size))
        {
            problem = "it lies outside the file";
            return false;
        }

        if (buffer.Length < Math.Max(length, size)) Grow(Math.Max(length, size));
        start = at;
        filled = 0;
        while (filled < length)
        {
            int got = storage.Read(at + filled, buffer.AsSpan(filled), out problem);
            // A bad place behind the bytes asked for does no harm: the bytes before it have been read.
            if (got == 0)
            {
                problem ??= "the file ends before it";
                return false;
            }

            filled += got;
            used = Math.Max(used, filled);
        }

        problem = null;
        return true;
    }

    /// <summary>Bytes of the storage, valid until the next call.</summary>
    /// <returns>Empty when they cannot be read.</returns>
    public ReadOnlySpan<byte> Get(long at, int length) =>
        TryGet(at, length, out int index, out _) ? buffer.AsSpan(index, length) : [];

    /// <inheritdoc/>
    public void Dispose() => Grow(0);

    private void Grow(int length)
    {
        PinnedBuffers.Return(ref buffer, used);
        if (length > 0) buffer = PinnedBuffers.Rent(length);
        filled = used = 0;
    }
}
