using Lethe.Scanning.Sources.Storage;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>A storage in an array, with places that cannot be read and an end that may come early.</summary>
internal sealed class MemoryStorage(byte[] bytes, int length) : IStorage
{
    public MemoryStorage(byte[] bytes)
        : this(bytes, bytes.Length)
    {
    }

    public List<(long From, long To)> Bad { get; } = [];

    /// <summary>Where the file ends now; its length was taken before.</summary>
    public long PresentLength { get; set; } = length;

    public long Length => length;

    public int Read(long at, Span<byte> destination, out string? problem)
    {
        problem = null;
        if (at >= PresentLength) return 0;
        long end = Math.Min(PresentLength, at + destination.Length);
        foreach ((long from, long to) in Bad)
        {
            if (at >= from && at < to)
            {
                problem = "Input/output error";
                return 0;
            }

            if (at < from) end = Math.Min(end, from);
        }

        int got = (int)(end - at);
        bytes.AsSpan((int)at, got).CopyTo(destination);
        return got;
    }

    public (long Offset, long Length)? NextData(long from, long to) => from < to ? (from, to - from) : null;

    public void Dispose()
    {
    }
}
