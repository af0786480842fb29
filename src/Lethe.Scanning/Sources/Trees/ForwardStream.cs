using Lethe.Linux;

namespace Lethe.Scanning.Sources.Trees;

/// <summary>A pipe, socket or terminal, of which a beginning can be looked at before it is read.</summary>
internal sealed class ForwardStream(IByteSource file) : IForwardBytes, IDisposable
{
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private int from;
    private int to;
    private int used;

    /// <inheritdoc/>
    public long Position { get; private set; }

    /// <summary>Why reading ended before the end, if so, for people.</summary>
    public string? Problem { get; private set; }

    /// <summary>The next bytes, which stay to be read.</summary>
    /// <param name="length">How many; fewer only at the end.</param>
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

    /// <summary>Reads what comes next.</summary>
    /// <returns>How many bytes came; 0 at the end.</returns>
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
        // Not the rest: clearing takes pages for it.
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

/// <summary>Where a stream's bytes come from.</summary>
internal interface IByteSource : IDisposable
{
    /// <summary>Reads what comes next.</summary>
    /// <returns>How many bytes came; 0 at the end.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
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
