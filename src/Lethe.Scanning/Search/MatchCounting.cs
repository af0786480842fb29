using System.Runtime.InteropServices;

namespace Lethe.Scanning.Search;

/// <summary>Counts matches by pattern.</summary>
internal static class MatchCounting
{
    public static void Count(Dictionary<int, PatternCount> counts, IReadOnlyList<Pattern> patterns, Match match)
    {
        PatternCount count = CollectionsMarshal.GetValueRefOrAddDefault(counts, match.Pattern, out _) ??= new PatternCount();
        long whole = patterns[match.Pattern].Length;
        count.Matches++;
        count.Bytes += match.Length;
        if (whole == 0 || match.Length == whole) count.Whole++;
        if (whole > 0) count.Coverage.Add(match.PatternOffset, match.PatternOffset + match.Length);
    }

    public static void Add(Dictionary<int, PatternCount> counts, Dictionary<int, PatternCount> more)
    {
        foreach ((int pattern, PatternCount added) in more)
        {
            PatternCount count = CollectionsMarshal.GetValueRefOrAddDefault(counts, pattern, out _) ??= new PatternCount();
            count.Matches += added.Matches;
            count.Whole += added.Whole;
            count.Bytes += added.Bytes;
            foreach ((long start, long end) in added.Coverage.Ranges) count.Coverage.Add(start, end);
        }
    }
}
