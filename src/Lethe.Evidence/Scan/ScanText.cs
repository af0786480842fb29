using System.Globalization;

namespace Lethe.Evidence.Scan;

/// <summary>What a scan found, in lines for people. Names in them are already safe to show.</summary>
internal static class ScanText
{
    private const int MostPatterns = 100, MostRanges = 10;

    /// <summary>The first thing to say: what was found most of, or that nothing was.</summary>
    public static string Headline(ScanReport report)
    {
        if (Found(report).FirstOrDefault() is { } most) return Line(report, most);
        string read = ByteSize.Format(report.Sources.Total(source => source.Bytes));
        return report.Verdict() switch
        {
            Verdict.Residue => $"residue in {read}",
            Verdict.Clean => $"nothing found in {read}",
            _ when report.Unread.Count > 0 => $"nothing found in {read}, but not everything could be read",
            _ => "nothing was searched",
        };
    }

    /// <summary>Everything to say, most important first.</summary>
    public static IReadOnlyList<string> Lines(ScanReport report)
    {
        List<ScannedPattern> found = Found(report);
        var lines = new List<string>();
        if (found.Count == 0) lines.Add(Headline(report));
        var rows = report.Summary.ToLookup(row => (row.Kind, row.Id));
        lines.AddRange(found.Take(MostPatterns).Select(pattern => Line(pattern, rows[(pattern.Kind, pattern.Id)])));
        if (found.Count > MostPatterns) lines.Add($"and {Count(found.Count - MostPatterns, "more pattern")}");
        if (found.Count > 0 && report.Patterns.Count > found.Count)
            lines.Add($"{Count(report.Patterns.Count - found.Count, "pattern")} not found");
        if (report.HitsNotListed > 0) lines.Add($"{Count(report.HitsNotListed, "hit")} counted, but not listed one by one");
        lines.AddRange(report.Unread.Take(MostRanges).Select(Unread));
        if (report.Unread.Count > MostRanges) lines.Add($"{Count(report.Unread.Count - MostRanges, "more range")} could not be read");
        lines.AddRange(report.Sources.Where(source => source.PageStates is not null)
            .Select(source => $"page states of {Printable.Of(source.Name)} are not known: {Printable.Of(source.PageStates!)}"));
        return lines;
    }

    /// <summary>A pattern's name, for example <c>canary a.bin</c>.</summary>
    public static string Name(string kind, string id) => $"{Printable.Of(kind)} {Printable.Of(id)}";

    /// <summary>A page state's name; one that is not known is said to be so.</summary>
    public static string State(string? state) => state is null ? "no page state" : Printable.Of(PageStateText.Of(state));

    /// <summary>How fast a source was read, for example <c>9.5 GB/s</c> of 10^9 bytes; empty when it took no time.</summary>
    public static string Rate(ScannedSource source)
    {
        if (source.DurationMs <= 0) return "";
        double megabytes = source.Bytes / 1000.0 / source.DurationMs;
        (double value, string unit) = megabytes >= 1000 ? (megabytes / 1000, "GB/s") : (megabytes, "MB/s");
        return $"{value.ToString(value < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture)} {unit}";
    }

    /// <summary>A number of things, for example <c>1 hit</c> or <c>2,500 hits</c>.</summary>
    public static string Count(long number, string thing) =>
        $"{number.ToString("N0", CultureInfo.InvariantCulture)} {thing}{(number == 1 ? "" : "s")}";

    /// <summary>A range that could not be read, and why.</summary>
    public static string Unread(UnreadRange range)
    {
        string part = range.Part is null ? "" : $" {Printable.Of(range.Part)}";
        string length = range.Length == 0 ? "what follows" : ByteSize.Format(range.Length);
        return $"not read: {length} at 0x{range.Offset:x} of {Printable.Of(range.Source)}{part}: {Printable.Of(range.Because)}";
    }

    internal static List<ScannedPattern> Found(ScanReport report) =>
        [.. report.Patterns.Where(pattern => pattern.Hits > 0).OrderByDescending(pattern => pattern.Bytes)];

    private static string Line(ScanReport report, ScannedPattern pattern) =>
        Line(pattern, report.Summary.Where(row => row.Kind == pattern.Kind && row.Id == pattern.Id));

    private static string Line(ScannedPattern pattern, IEnumerable<ScanSummary> rows)
    {
        // Where a thing was found is worth saying when it is known of any part of it.
        ScanSummary[] places = [.. rows.Where(row => row.Bytes > 0).OrderByDescending(row => row.Bytes)];
        string where = places.All(row => row.PageState is null)
            ? ""
            : ": " + string.Join(", ", places.Select(row => $"{ByteSize.Format(row.Bytes)} {State(row.PageState)}"));
        return $"{Amount(pattern)}{where}";
    }

    private static string Amount(ScannedPattern pattern)
    {
        string name = Name(pattern.Kind, pattern.Id), bytes = ByteSize.Format(pattern.Bytes);
        // Of what has a length of its own, bytes tell how much survived; of a token or an expression, how often it did.
        if (pattern.Length == 0) return $"{Count(pattern.Hits, "hit")} of {name}, {bytes}";
        return pattern.CoveredBytes is { } covered ? $"{bytes} of {name} ({Percent(covered, pattern.Length)} of it)" : $"{bytes} of {name}";
    }

    private static string Percent(long part, long whole) =>
        part >= whole ? "all"
        : part * 100.0 / whole < 1 ? "less than 1 %"
        : $"{(int)(part * 100.0 / whole)} %";
}
