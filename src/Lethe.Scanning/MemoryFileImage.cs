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
            for (long at = offset; at < offset + length; at += Stretch)
            {
                int own = (int)Math.Min(Stretch, offset + length - at);
                foreach ((int start, int end) in known is null ? [(0, own)] : ChangedRuns(at, own, known, knownPages!))
                {
                    int readable = (int)Math.Min(end - start + canary.WordSize, Length - at - start);
                    CanarySearch.Search(Read(at + start, readable), at + start, end - start, canary, found);
                }
            }
        }

        return found;
    }

    /// <summary>Runs of pages that changed, each with the unchanged page before it, where a word across the border begins.</summary>
    private List<(int Start, int End)> ChangedRuns(long at, int own, MemoryFile known, BitArray knownPages)
    {
        var runs = new List<(int Start, int End)>();
        for (int page = 0; page < own; page += Survivors.PageSize)
        {
            int length = Math.Min(Survivors.PageSize, own - page);
            // Holes are not read: that would fill them.
            if (knownPages[(int)((at + page) / Survivors.PageSize)]
                && Read(at + page, length).SequenceEqual(new ReadOnlySpan<byte>(known.Start + at + page, length))) continue;
            int start = at + page == 0 ? 0 : page - Survivors.PageSize;
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
