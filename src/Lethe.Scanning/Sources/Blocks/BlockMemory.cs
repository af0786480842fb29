using Lethe.Scanning.Kernel;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Blocks;

/// <summary>Physical memory that is stored in blocks. The blocks decoded last are kept.</summary>
internal sealed class BlockMemory(IBlockImage image, long length, bool absentIsZero) : IPhysicalMemory, IDisposable
{
    private const int CacheBytes = 4 << 20;
    private const int FewestBlocks = 4;

    private readonly Lock access = new();
    private readonly IBlockDecoder decoder = image.NewDecoder();
    private readonly (long Address, int Length, byte[] Bytes)[] cache = new (long, int, byte[])[
        Math.Max(FewestBlocks, CacheBytes / image.LongestBlock)
    ];
    private readonly Dictionary<long, int> places = [];
    private int next;

    /// <inheritdoc/>
    public long Length => length;

    /// <inheritdoc/>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        if (address > (ulong)length || (ulong)destination.Length > (ulong)length - address) return false;
        long at = (long)address;
        lock (access)
        {
            while (destination.Length > 0)
            {
                if (!decoder.TryFind(at, out Block block) || block.Address > at)
                {
                    if (!absentIsZero) return false;
                    int gap = (int)Math.Min(destination.Length, block.Length == 0 ? long.MaxValue : block.Address - at);
                    destination[..gap].Clear();
                    destination = destination[gap..];
                    at += gap;
                    continue;
                }

                int from = (int)(at - block.Address), length = Math.Min(destination.Length, block.Length - from);
                if (block.IsZero) destination[..length].Clear();
                else if (Decoded(block) is { } bytes) bytes.AsSpan(from, length).CopyTo(destination);
                else return false;
                destination = destination[length..];
                at += length;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public IEnumerable<(long Offset, long Length)> DataRanges()
    {
        using IBlockDecoder walk = image.NewDecoder();
        long start = 0, end = 0;
        while (walk.TryFind(end, out Block block))
        {
            if (block.Address != end || block.IsZero)
            {
                if (end > start) yield return (start, end - start);
                start = block.IsZero ? block.Address + block.Length : block.Address;
            }

            end = block.Address + block.Length;
        }

        if (end > start) yield return (start, end - start);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ref (long Address, int Length, byte[] Bytes) slot in cache.AsSpan())
        {
            if (slot.Bytes is not null) PinnedBuffers.Return(ref slot.Bytes, slot.Bytes.Length);
        }

        decoder.Dispose();
    }

    private byte[]? Decoded(in Block block)
    {
        if (places.TryGetValue(block.Address, out int place)) return cache[place].Bytes;
        ref (long Address, int Length, byte[] Bytes) slot = ref cache[next];
        slot.Bytes ??= PinnedBuffers.Rent(image.LongestBlock);
        if (slot.Length > 0) places.Remove(slot.Address);
        slot.Length = 0;
        if (block.Lost is not null || decoder.Decode(block, slot.Bytes.AsSpan(0, block.Length)) is not null) return null;
        slot.Address = block.Address;
        slot.Length = block.Length;
        places[block.Address] = next;
        next = (next + 1) % cache.Length;
        return slot.Bytes;
    }
}
