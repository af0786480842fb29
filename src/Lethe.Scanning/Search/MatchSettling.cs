using System.Runtime.InteropServices;

namespace Lethe.Scanning.Search;

/// <summary>Turns what windows reported into the matches that exist: joins pieces of one match, drops duplicates.</summary>
/// <param name="patterns">The patterns that are looked for.</param>
internal sealed class MatchSettling(IReadOnlyList<Pattern> patterns)
{
    /// <summary>By pattern of varying length: the end of its last settled match. Matches of such a pattern do not overlap.</summary>
    private readonly Dictionary<int, long> lastEnds = [];

    /// <summary>Joins matches, drops covered ones, and takes out those that are settled.</summary>
    /// <param name="matches">The matches in any order. Those that may still grow or cover others stay in the list.</param>
    /// <param name="horizon">Matches that end up to here are all seen, with everything that could cover them.</param>
    /// <returns>The settled matches in order of position.</returns>
    public List<Match> Settle(List<Match> matches, long horizon)
    {
        Join(matches);
        DropCovered(matches);
        var settled = new List<Match>();
        int left = 0;
        foreach (Match match in CollectionsMarshal.AsSpan(matches))
        {
            if (match.Position + match.Length > horizon)
            {
                CollectionsMarshal.AsSpan(matches)[left++] = match;
                continue;
            }

            settled.Add(match);
            if (patterns[match.Pattern].Length == 0) lastEnds[match.Pattern] = match.Position + match.Length;
        }

        matches.RemoveRange(left, matches.Count - left);
        settled.Sort((a, b) => a.Position.CompareTo(b.Position));
        return settled;
    }

    /// <summary>Joins matches of a pattern that touch or overlap on one diagonal.</summary>
    private static void Join(List<Match> matches)
    {
        matches.Sort((a, b) =>
        {
            int order = a.Pattern.CompareTo(b.Pattern);
            if (order == 0) order = (a.Position - a.PatternOffset).CompareTo(b.Position - b.PatternOffset);
            return order != 0 ? order : a.Position.CompareTo(b.Position);
        });
        Span<Match> all = CollectionsMarshal.AsSpan(matches);
        int last = -1;
        foreach (Match match in all)
        {
            if (last >= 0 && Touch(all[last], match))
            {
                long end = Math.Max(all[last].Position + all[last].Length, match.Position + match.Length);
                all[last] = all[last] with
                {
                    Length = (int)(end - all[last].Position),
                    Confidence = Math.Max(all[last].Confidence, match.Confidence),
                };
            }
            else
            {
                all[++last] = match;
            }
        }

        matches.RemoveRange(last + 1, matches.Count - last - 1);
    }

    private static bool Touch(Match a, Match b) => a.Pattern == b.Pattern
        && a.Position - a.PatternOffset == b.Position - b.PatternOffset && b.Position <= a.Position + a.Length;

    /// <summary>
    /// Drops a piece of a pattern inside another match of it: the pattern merely repeats these bytes. Overlapping matches of
    /// varying length are one match seen from several windows. Of these the surest stays, or else the earliest.
    /// </summary>
    private void DropCovered(List<Match> matches)
    {
        matches.Sort((a, b) =>
        {
            int order = a.Pattern.CompareTo(b.Pattern);
            if (order == 0) order = a.Position.CompareTo(b.Position);
            return order != 0 ? order : b.Length.CompareTo(a.Length);
        });
        Span<Match> all = CollectionsMarshal.AsSpan(matches);
        int kept = 0, pattern = -1;
        long coveredTo = 0;
        foreach (Match match in all)
        {
            long whole = patterns[match.Pattern].Length;
            if (match.Pattern != pattern)
            {
                pattern = match.Pattern;
                coveredTo = whole == 0 ? lastEnds.GetValueOrDefault(pattern, long.MinValue) : long.MinValue;
            }

            bool covered = whole == 0 ? match.Position < coveredTo
                : match.Length != whole && match.Position + match.Length <= coveredTo;
            // Settled matches were seen with everything around them. Only matches still open can be replaced.
            if (covered && whole == 0 && kept > 0 && all[kept - 1].Pattern == pattern && all[kept - 1].Confidence < match.Confidence)
            {
                all[kept - 1] = match;
                coveredTo = match.Position + match.Length;
                continue;
            }

            if (covered) continue;
            coveredTo = Math.Max(coveredTo, match.Position + match.Length);
            all[kept++] = match;
        }

        matches.RemoveRange(kept, matches.Count - kept);
    }
}
