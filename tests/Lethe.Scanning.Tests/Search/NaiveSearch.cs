using Lethe.Scanning.Search;

namespace Lethe.Tests.Scanning.Search;

/// <summary>The search that is too slow to be wrong: compares every needle with every position.</summary>
internal static class NaiveSearch
{
    /// <summary>All whole occurrences in contiguous ranges.</summary>
    public static List<Match> Whole(FakePart part, IReadOnlyList<byte[]> needles)
    {
        var matches = new List<Match>();
        foreach ((int start, int end) in part.Shown())
        {
            for (int needle = 0; needle < needles.Count; needle++)
            {
                for (int at = start; at + needles[needle].Length <= end; at++)
                {
                    if (part.Bytes.AsSpan(at).StartsWith(needles[needle])) matches.Add(new(needle, at, needles[needle].Length));
                }
            }
        }

        return Ordered(matches);
    }

    /// <summary>
    /// Whole occurrences, and pieces as long as they can be that have 16 bytes or more and cover a word of 8 bytes that is not a repetition
    /// and lies at a multiple of the step; without pieces within another match of the needle.
    /// </summary>
    public static List<Match> WithPieces(FakePart part, IReadOnlyList<byte[]> needles, int step)
    {
        int skew = (int)((part.Address ?? 0) & 4095);
        var matches = new List<Match>();
        foreach ((int start, int end) in part.Shown())
        {
            for (int needle = 0; needle < needles.Count; needle++)
            {
                var ofNeedle = new List<Match>();
                byte[] bytes = needles[needle];
                for (int diagonal = start - bytes.Length + 1; diagonal < end; diagonal++)
                {
                    int run = 0, from = Math.Max(0, start - diagonal), to = Math.Min(bytes.Length, end - diagonal);
                    for (int offset = from; offset <= to; offset++)
                    {
                        if (offset < to && part.Bytes[diagonal + offset] == bytes[offset])
                        {
                            run++;
                            continue;
                        }

                        if (
                            run == bytes.Length
                            || (
                                run >= 16
                                && CoversWord(part.Bytes.AsSpan(diagonal + offset - run, run), diagonal + offset - run + skew, step)
                            )
                        )
                            ofNeedle.Add(new(needle, diagonal + offset - run, run, offset - run));
                        run = 0;
                    }
                }

                matches.AddRange(ofNeedle.Where(match => match.Length == bytes.Length || !ofNeedle.Exists(other => other != match
                    && other.Position <= match.Position && other.Position + other.Length >= match.Position + match.Length
                    && (other.Length > match.Length))));
            }
        }

        return Ordered(matches);
    }

    public static List<Match> Ordered(IEnumerable<Match> matches) =>
        [.. matches.OrderBy(match => match.Position).ThenBy(match => match.Pattern).ThenBy(match => match.PatternOffset)];

    private static bool CoversWord(ReadOnlySpan<byte> run, int position, int step)
    {
        for (int at = (step - position % step) % step; at + 8 <= run.Length; at += step)
        {
            if (!run.Slice(at, 4).SequenceEqual(run.Slice(at + 4, 4))) return true;
        }

        return false;
    }
}
