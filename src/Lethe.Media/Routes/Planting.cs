using Lethe.Canaries;
using Lethe.Linux;

namespace Lethe.Media.Routes;

/// <summary>What the workload has to plant.</summary>
/// <param name="canary">The canary.</param>
/// <param name="bytes">How much of it, in bytes.</param>
internal sealed class Planting(Canary canary, long bytes)
{
    private const int LargestChunk = 128 * 1024;

    public Canary Canary { get; } = canary;

    /// <summary>How much of it, in bytes.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>Writes the canary to the beginning of a range.</summary>
    /// <returns>Bytes planted.</returns>
    public long Fill(MemoryRange range)
    {
        Canary.Fill(range.Bytes[..checked((int)Bytes)]);
        return Bytes;
    }

    /// <summary>
    /// Passes the canary on piece by piece, for places that take it only through a system call. The pieces go through one small
    /// buffer, which is cleared afterwards.
    /// </summary>
    /// <param name="from">Where in the canary to begin, in bytes.</param>
    /// <param name="to">Where in the canary to stop, in bytes.</param>
    /// <param name="take">Takes a piece and returns how many of its bytes it took. If not all, no further piece follows.</param>
    /// <param name="chunk">Bytes of a piece, a multiple of the canary's word size.</param>
    /// <returns>How much was taken, in bytes from the canary's beginning, in whole words.</returns>
    public long Pour(long from, long to, Func<ReadOnlySpan<byte>, int> take, int chunk = LargestChunk)
    {
        using MemoryRange buffer = MemoryRange.Anonymous(LargestChunk);
        buffer.Lock();
        try
        {
            while (from < to)
            {
                Span<byte> piece = buffer.Bytes[..(int)Math.Min(chunk, to - from)];
                Canary.Fill(piece, from);
                int taken = take(piece);
                from += taken;
                if (taken < piece.Length) break;
            }
        }
        finally
        {
            buffer.Bytes.Clear();
        }

        return from - from % Canary.WordSize;
    }

    /// <summary>
    /// Like <see cref="Pour(long, long, Func{ReadOnlySpan{byte}, int}, int)"/>, but for all bytes, and each piece is taken whole.
    /// </summary>
    public long Pour(Action<ReadOnlySpan<byte>> take, int chunk = LargestChunk) => Pour(0, Bytes, piece =>
    {
        take(piece);
        return piece.Length;
    }, chunk);
}
