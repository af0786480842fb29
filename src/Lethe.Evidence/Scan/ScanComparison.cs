using System.Text;
using System.Text.Json;

namespace Lethe.Evidence.Scan;

/// <summary>What went, what stayed and what is new between two scans (<c>lethe.scan-comparison/1</c>).</summary>
public sealed record ScanComparison
{
    /// <summary>The name and version of this document's form.</summary>
    public string Schema { get; } = "lethe.scan-comparison/1";

    /// <summary>When the first scan began, UTC.</summary>
    public required DateTimeOffset Before { get; init; }

    /// <summary>When the second scan began, UTC.</summary>
    public required DateTimeOffset After { get; init; }

    /// <summary>Clean when nothing stayed and nothing is new, and both scans looked everywhere.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The changes, in the order of the patterns.</summary>
    public required IReadOnlyList<ScanChange> Changes { get; init; }

    /// <summary>Why the comparison is not complete: what only one scan looked for or at, what could not be read.</summary>
    public required IReadOnlyList<string> Gaps { get; init; }

    /// <summary>Bytes of a kind of change.</summary>
    public long Bytes(ChangeKind change) => Changes.Where(row => row.Change == change).Total(row => row.Bytes);

    /// <summary>Compares two scans. Hits are matched byte by byte by pattern and physical address, or offset where there is none.</summary>
    public static ScanComparison Of(ScanReport before, ScanReport after)
    {
        var sources = SourcePairs.Of(before, after);
        IReadOnlyList<ScanChange> changes = HitMatching.Match(before, after, sources);
        List<string> gaps = [.. sources.Gaps(), .. PatternGaps(before, after), .. ListGaps(before, "before"), .. ListGaps(after, "after")];
        bool left = changes.Any(row => row.Change != ChangeKind.Went) || after.Verdict() == Verdict.Residue;
        return new ScanComparison
        {
            Before = before.Began,
            After = after.Began,
            Verdict = left ? Verdict.Residue : gaps.Count > 0 || after.Verdict() != Verdict.Clean ? Verdict.Inconclusive : Verdict.Clean,
            Changes = changes,
            Gaps = gaps,
        };
    }

    /// <summary>The comparison as JSON (docs/schemas/lethe.scan-comparison.1.json), ending with a newline.</summary>
    public string ToJson() =>
        Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(this, ScanJsonContext.Default.ScanComparison)) + "\n";

    /// <summary>A pattern that the second scan did not look for has not gone.</summary>
    private static IEnumerable<string> PatternGaps(ScanReport before, ScanReport after)
    {
        var first = before.Patterns.Select(pattern => (pattern.Kind, pattern.Id)).ToHashSet();
        var second = after.Patterns.Select(pattern => (pattern.Kind, pattern.Id)).ToHashSet();
        if (first.SetEquals(second)) yield break;
        foreach (
            (string text, (string Kind, string Id)[] only) in new[]
            {
                ("before", first.Except(second).ToArray()),
                ("after", second.Except(first).ToArray()),
            }
        )
        {
            if (only.Length == 0) continue;
            string more = only.Length > 1 ? $" and {ScanText.Count(only.Length - 1, "more pattern")}" : "";
            yield return $"looked for only {text}: {ScanText.Name(only[0].Kind, only[0].Id)}{more}";
        }
    }

    private static IEnumerable<string> ListGaps(ScanReport report, string when)
    {
        if (report.HitsNotListed > 0)
            yield return $"{ScanText.Count(report.HitsNotListed, "hit")} of the scan {when} not listed in its report";
        if (report.Unread.Count > 0)
            yield return $"{ByteSize.Format(report.Unread.Total(range => range.Length))} in "
                + $"{ScanText.Count(report.Unread.Count, "range")} not read by the scan {when}";
    }
}
