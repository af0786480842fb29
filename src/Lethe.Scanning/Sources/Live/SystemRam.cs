using System.Globalization;

namespace Lethe.Scanning.Sources.Live;

/// <summary>The physical addresses that are the machine's memory, from <c>/proc/iomem</c>.</summary>
internal static class SystemRam
{
    private const ulong PageSize = 4096;
    private const string Kind = " : System RAM";

    /// <summary>The ranges in order, whole pages. Empty if the list cannot be read (only root sees its addresses).</summary>
    public static List<(ulong Start, ulong End)> Read(string path)
    {
        try
        {
            return Parse(File.ReadLines(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>
    /// Parses lines <c>start-end : what</c>, with an inclusive end. Indented lines are parts of others and are skipped.
    /// </summary>
    public static List<(ulong Start, ulong End)> Parse(IEnumerable<string> lines)
    {
        var ranges = new List<(ulong Start, ulong End)>();
        foreach (string line in lines)
        {
            int dash = line.IndexOf('-', StringComparison.Ordinal);
            if (!line.EndsWith(Kind, StringComparison.Ordinal) || dash <= 0 || dash > line.Length - Kind.Length || line[0] == ' ') continue;
            if (!ulong.TryParse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong start)
                || !ulong.TryParse(
                    line.AsSpan(dash + 1, line.Length - Kind.Length - dash - 1),
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out ulong last
                )
                || last < start || last >= PhysicalAddress.End) continue;
            // The kernel does not use pages that are only partly memory.
            (start, ulong end) = ((start + PageSize - 1) / PageSize * PageSize, (last + 1) / PageSize * PageSize);
            if (start < end) ranges.Add((start, end));
        }

        ranges.Sort();
        return ranges;
    }
}
