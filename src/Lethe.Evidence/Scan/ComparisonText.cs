namespace Lethe.Evidence.Scan;

/// <summary>What changed between two scans, in lines for people. Names in them are already safe to show.</summary>
internal static class ComparisonText
{
    private const int MostPatterns = 100, MostGaps = 20;

    /// <summary>The first thing to say.</summary>
    public static string Headline(ScanComparison comparison)
    {
        long went = comparison.Bytes(ChangeKind.Went),
            stayed = comparison.Bytes(ChangeKind.Stayed),
            added = comparison.Bytes(ChangeKind.New);
        if (went == 0 && stayed == 0 && added == 0)
            return comparison.Verdict == Verdict.Clean ? "nothing was found before or after" : "nothing can be compared";
        string[] parts =
        [
            went > 0 ? $"{ByteSize.Format(went)} went" : "nothing went",
            stayed > 0 ? $"{ByteSize.Format(stayed)} stayed" : "nothing stayed",
            added > 0 ? $"{ByteSize.Format(added)} new" : "",
        ];
        return string.Join(", ", parts.Where(part => part.Length > 0));
    }

    /// <summary>Everything to say: the headline, a line for each pattern, then what the comparison cannot tell.</summary>
    public static IReadOnlyList<string> Lines(ScanComparison comparison)
    {
        var lines = new List<string> { Headline(comparison) };
        var patterns = comparison.Changes.GroupBy(change => (change.Kind, change.Id)).ToArray();
        lines.AddRange(
            patterns
                .Take(MostPatterns)
                .Select(pattern => $"{ScanText.Name(pattern.Key.Kind, pattern.Key.Id)}: {string.Join("; ", pattern.Select(Of))}")
        );
        if (patterns.Length > MostPatterns) lines.Add($"and {ScanText.Count(patterns.Length - MostPatterns, "more pattern")}");
        lines.AddRange(comparison.Gaps.Take(MostGaps));
        if (comparison.Gaps.Count > MostGaps) lines.Add($"and {ScanText.Count(comparison.Gaps.Count - MostGaps, "more gap")}");
        return lines;
    }

    /// <summary>One change, for example <c>96 KiB stayed, process memory before, free now</c>.</summary>
    public static string Of(ScanChange change)
    {
        string bytes = ByteSize.Format(change.Bytes);
        return change.Change switch
        {
            ChangeKind.Went => change.StateBefore is null ? $"{bytes} went" : $"{bytes} went ({State(change.StateBefore)})",
            ChangeKind.New => change.StateAfter is null ? $"{bytes} new" : $"{bytes} new ({State(change.StateAfter)})",
            _ when change.StateBefore == change.StateAfter => change.StateAfter is null
                ? $"{bytes} stayed"
                : $"{bytes} stayed ({State(change.StateAfter)})",
            _ => $"{bytes} stayed ({State(change.StateBefore)} before, {State(change.StateAfter)} now)",
        };
    }

    private static string State(string? state) => ScanText.State(state);
}
