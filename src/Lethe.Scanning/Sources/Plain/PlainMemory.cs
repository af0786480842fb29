using Lethe.Scanning.Kernel;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Plain;

/// <summary>Physical memory that is stored uncompressed, in stretches of a storage.</summary>
internal sealed class PlainMemory : IPhysicalMemory
{
    private readonly IStorage storage;
    private readonly List<MemoryStretch> stretches = [];

    /// <summary>Orders the stretches. If two have the same address, the stretch that begins first counts.</summary>
    public PlainMemory(IStorage storage, IEnumerable<MemoryStretch> stored)
    {
        this.storage = storage;
        long end = 0;
        foreach (MemoryStretch stretch in stored.OrderBy(stretch => stretch.Address))
        {
            long hidden = Math.Max(0, end - stretch.Address);
            if (hidden >= stretch.Length) continue;
            stretches.Add(new MemoryStretch(stretch.Address + hidden, stretch.Offset + hidden, stretch.Length - hidden));
            end = stretch.Address + stretch.Length;
        }

        Length = end;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        if (address > (ulong)Length || (ulong)destination.Length > (ulong)Length - address) return false;
        long at = (long)address;
        while (destination.Length > 0)
        {
            if (Find(at) is not { } stretch) return false;
            int length = (int)Math.Min(destination.Length, stretch.Address + stretch.Length - at);
            if (storage.ReadAll(stretch.Offset + (at - stretch.Address), destination[..length]) is not null) return false;
            destination = destination[length..];
            at += length;
        }

        return true;
    }

    /// <inheritdoc/>
    public IEnumerable<(long Offset, long Length)> DataRanges()
    {
        foreach (MemoryStretch stretch in stretches)
        {
            long at = stretch.Offset, end = Math.Min(stretch.Offset + stretch.Length, storage.Length);
            while (at < end && storage.NextData(at, end) is { } data)
            {
                yield return (stretch.Address + (data.Offset - stretch.Offset), data.Length);
                at = data.Offset + data.Length;
            }
        }
    }

    private MemoryStretch? Find(long address)
    {
        int low = 0, high = stretches.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            MemoryStretch stretch = stretches[middle];
            if (address < stretch.Address) high = middle - 1;
            else if (address - stretch.Address >= stretch.Length) low = middle + 1;
            else return stretch;
        }

        return null;
    }
}

/// <summary>A range of physical memory: its address, its offset in the storage, its length, all in bytes.</summary>
internal readonly record struct MemoryStretch(long Address, long Offset, long Length);
