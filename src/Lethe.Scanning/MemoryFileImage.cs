using System.Collections;
using Lethe.Linux;

namespace Lethe.Scanning;

/// <summary>Physical memory or a disk that lies in a memory file, searched in place.</summary>
/// <remarks>
/// As physical memory this is right for QEMU's <c>pc</c> machine up to 3 GiB, where file offset and physical address
/// are the same (above that the machine has a hole for PCI devices).
/// </remarks>
public sealed unsafe class MemoryFileImage(MemoryFile file) : IPhysicalMemory
{
    private const int Stretch = 1 << 20;

    /// <inheritdoc/>
    public long Length => file.Length;

    /// <inheritdoc/>
    public IEnumerable<(long Offset, long Length)> DataRanges() => file.DataRanges();

    /// <inheritdoc/>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        if (address > (ulong)Length || (ulong)destination.Length > (ulong)Length - address) return false;
        Read((long)address, destination.Length).CopyTo(destination);
        return true;
    }

    /// <summary>Looks for a canary everywhere in the file.</summary>
    /// <param name="canary">What to look for.</param>
    /// <param name="plantedBytes">How much of it there was.</param>
    /// <param name="known">
    /// The same place at an earlier moment, known to hold none of the canary; pages that are still the same are
    /// passed over, with a look across their borders, so that the outcome is that of a whole search.
    /// </param>
    public Survivors Search(Canary canary, long plantedBytes, MemoryFile? known = null)
    {
        var found = new Survivors(canary, plantedBytes);
        BitArray? knownPages = known is null ? null : PagesWithData(known);
        foreach ((long offset, long length) in DataRanges())
        {
            foreach ((long start, long end) in known is null ? [(offset, offset + length)] : ChangedRuns(offset, offset + length, known, knownPages!))
                SearchRun(start, end, canary, found);
        }

        return found;
    }

    private void SearchRun(long start, long end, Canary canary, Survivors found)
    {
        for (long at = start; at < end; at += Stretch)
        {
            int own = (int)Math.Min(Stretch, end - at);
            int readable = (int)Math.Min(own + canary.WordSize, Length - at);
            CanarySearch.Search(Read(at, readable), at, own, canary, found);
        }
    }

    /// <summary>Runs of pages that changed, each with the unchanged page before it, where a word across the border begins.</summary>
    private List<(long Start, long End)> ChangedRuns(long from, long to, MemoryFile known, BitArray knownPages)
    {
        var runs = new List<(long Start, long End)>();
        for (long page = from; page < to; page += Survivors.PageSize)
        {
            int length = (int)Math.Min(Survivors.PageSize, to - page);
            // Holes are not read: that would fill them.
            if (knownPages[(int)(page / Survivors.PageSize)]
                && Read(page, length).SequenceEqual(new ReadOnlySpan<byte>(known.Start + page, length))) continue;
            long start = Math.Max(from, page - Survivors.PageSize);
            if (runs.Count > 0 && runs[^1].End >= start) runs[^1] = (runs[^1].Start, page + length);
            else runs.Add((start, page + length));
        }

        return runs;
    }

    private static BitArray PagesWithData(MemoryFile file)
    {
        var pages = new BitArray((int)((file.Length + Survivors.PageSize - 1) / Survivors.PageSize));
        foreach ((long offset, long length) in file.DataRanges())
        {
            for (long page = offset / Survivors.PageSize; page * Survivors.PageSize < offset + length; page++) pages[(int)page] = true;
        }

        return pages;
    }

    // SAFETY: callers keep offset and length inside the file, which stays mapped while it lives.
    private ReadOnlySpan<byte> Read(long offset, int length) => new(file.Start + offset, length);
}
