using Lethe.Linux;

namespace Lethe.Scanning.Sources.Trees;

/// <summary>A pipe, socket or terminal. Its first bytes can be examined before they are read.</summary>
internal sealed class ForwardStream(IByteSource file) : IForwardBytes, IDisposable
{
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private int from;
    private int to;
    private int used;

    /// <inheritdoc/>
    public long Position { get; private set; }

    /// <summary>Why reading failed before the end, for people; null when it did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>The next bytes, which remain to be read.</summary>
    /// <param name="length">How many bytes. Only at the end there are fewer.</param>
    public ReadOnlySpan<byte> Peek(int length)
    {
        if (to - from < length && from > 0)
        {
            buffer.AsSpan(from, to - from).CopyTo(buffer);
            (from, to) = (0, to - from);
        }

        while (to - from < length && Fill(buffer.AsSpan(to)) is > 0 and int got) to += got;
        used = Math.Max(used, to);
        return buffer.AsSpan(from, Math.Min(length, to - from));
    }

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length && ReadSome(destination[done..]) is > 0 and int got) done += got;
        return done;
    }

    /// <summary>Reads some of the next bytes.</summary>
    /// <returns>How many bytes were read; 0 at the end.</returns>
    public int ReadSome(Span<byte> destination)
    {
        int got;
        if (from < to)
        {
            got = Math.Min(destination.Length, to - from);
            buffer.AsSpan(from, got).CopyTo(destination);
            from += got;
        }
        else
        {
            got = Fill(destination);
        }

        Position += got;
        return got;
    }

    /// <inheritdoc/>
    public void Skip(long count)
    {
        byte[] passed = new byte[64 * 1024];
        while (count > 0 && ReadSome(passed.AsSpan(0, (int)Math.Min(passed.Length, count))) is > 0 and int got) count -= got;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Only what was used: clearing the rest would make its pages present.
        buffer.AsSpan(0, used).Clear();
        file.Dispose();
    }

    private int Fill(Span<byte> destination)
    {
        if (Problem is not null) return 0;
        try
        {
            return file.Read(destination);
        }
        catch (IOException failure)
        {
            Problem = failure.Message;
            return 0;
        }
    }
}

/// <summary>The origin of a stream's bytes.</summary>
internal interface IByteSource : IDisposable
{
    /// <summary>Reads some of the next bytes.</summary>
    /// <returns>How many bytes were read; 0 at the end.</returns>
    /// <exception cref="IOException">The bytes cannot be read.</exception>
    int Read(Span<byte> destination);
}

/// <summary>An open file that is read forward.</summary>
internal sealed class DescriptorBytes(Descriptor file) : IByteSource
{
    /// <inheritdoc/>
    public int Read(Span<byte> destination) => file.ReadSome(destination);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
