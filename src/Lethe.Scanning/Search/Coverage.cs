namespace Lethe.Scanning.Search;

/// <summary>Which bytes of a pattern were found: disjoint ranges in order.</summary>
public sealed class Coverage
{
    private readonly List<(long Start, long End)> ranges = [];

    /// <summary>The ranges in bytes of the pattern, ends exclusive, in order. No two touch.</summary>
    public IReadOnlyList<(long Start, long End)> Ranges => ranges;

    /// <summary>Distinct bytes found.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a range, which may overlap others.</summary>
    /// <param name="start">Offset of its first byte in the pattern.</param>
    /// <param name="end">Offset behind its last byte.</param>
    public void Add(long start, long end)
    {
        int first = FirstEndingAt(start), last = first;
        for (; last < ranges.Count && ranges[last].Start <= end; last++)
        {
            start = Math.Min(start, ranges[last].Start);
            end = Math.Max(end, ranges[last].End);
            Bytes -= ranges[last].End - ranges[last].Start;
        }

        Bytes += end - start;
        if (last == first)
        {
            ranges.Insert(first, (start, end));
            return;
        }

        ranges[first] = (start, end);
        ranges.RemoveRange(first + 1, last - first - 1);
    }

    /// <summary>Index of the first range that ends at a position or later.</summary>
    private int FirstEndingAt(long position)
    {
        int low = 0, high = ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ranges[middle].End < position) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
