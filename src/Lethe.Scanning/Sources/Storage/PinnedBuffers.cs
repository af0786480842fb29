using System.Collections.Concurrent;
using System.Numerics;

namespace Lethe.Scanning.Sources.Storage;

/// <summary>
/// Buffers for other people's data. The garbage collector does not copy them, and their content is cleared when they are returned.
/// </summary>
internal static class PinnedBuffers
{
    private const int SmallestBits = 12;

    /// <summary>How many free buffers of each size are kept.</summary>
    private const int Kept = 8;

    private static readonly ConcurrentBag<byte[]>[] Free = [.. Enumerable.Range(0, 32).Select(_ => new ConcurrentBag<byte[]>())];

    /// <summary>Takes or allocates a buffer of at least this many bytes.</summary>
    public static byte[] Rent(int length)
    {
        int bits = Math.Max(SmallestBits, BitOperations.Log2((uint)Math.Max(1, length - 1)) + 1);
        return Free[bits].TryTake(out byte[]? buffer) ? buffer : GC.AllocateUninitializedArray<byte>(1 << bits, pinned: true);
    }

    /// <summary>Clears a buffer and keeps it for the next caller.</summary>
    /// <param name="buffer">A buffer from <see cref="Rent"/>. It becomes empty; an empty one was returned before.</param>
    /// <param name="used">How many of its first bytes have been written.</param>
    public static void Return(ref byte[] buffer, int used)
    {
        byte[] returned = Interlocked.Exchange(ref buffer, []);
        if (returned.Length == 0) return;
        returned.AsSpan(0, used).Clear();
        ConcurrentBag<byte[]> free = Free[BitOperations.Log2((uint)returned.Length)];
        if (free.Count < Kept) free.Add(returned);
    }
}
