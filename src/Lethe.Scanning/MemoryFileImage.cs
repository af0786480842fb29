using System.Collections;
using Lethe.Linux;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Scanning;

/// <summary>Physical memory or a disk that lies in a memory file, searched in place.</summary>
/// <remarks>
/// As physical memory this is right for QEMU's <c>pc</c> machine up to 3 GiB, where file offset and physical address
/// are the same (above that the machine has a hole for PCI devices).
/// </remarks>
public sealed unsafe class MemoryFileImage(MemoryFile file) : IPhysicalMemory
{
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
        using var source = new MemoryFileSource(file, known is null ? DataRanges() : ChangedRuns(known));
        var scanner = new Scanner([new CanaryDetector(canary, "canary", plantedBytes)], new ScanOptions { Jobs = 1, KeptMatches = int.MaxValue });
        var found = new Survivors(canary, plantedBytes);
        foreach (Hit hit in scanner.Scan(source).Hits) found.Note(hit.Part.Offset + hit.Match.Position, hit.Match.PatternOffset, hit.Match.Length);
        return found;
    }

    private IEnumerable<(long Offset, long Length)> ChangedRuns(MemoryFile known)
    {
        BitArray knownPages = PagesWithData(known);
        return DataRanges().SelectMany(range => ChangedRuns(range.Offset, range.Offset + range.Length, known, knownPages)).Select(run => (run.Start, run.End - run.Start));
    }

    /// <summary>Runs of pages that changed, each with the unchanged pages beside it, in which a word across a border begins or ends.</summary>
    private List<(long Start, long End)> ChangedRuns(long from, long to, MemoryFile known, BitArray knownPages)
    {
        var runs = new List<(long Start, long End)>();
        for (long page = from; page < to; page += Survivors.PageSize)
        {
            int length = (int)Math.Min(Survivors.PageSize, to - page);
            // Holes are not read: that would fill them.
            if (knownPages[(int)(page / Survivors.PageSize)]
                && Read(page, length).SequenceEqual(new ReadOnlySpan<byte>(known.Start + page, length))) continue;
            long start = Math.Max(from, page - Survivors.PageSize), end = Math.Min(to, page + length + Survivors.PageSize);
            if (runs.Count > 0 && runs[^1].End >= start) runs[^1] = (runs[^1].Start, end);
            else runs.Add((start, end));
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
