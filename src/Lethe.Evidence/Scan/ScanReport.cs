namespace Lethe.Evidence.Scan;

/// <summary>What a scan looked at, looked for and found (<c>lethe.scan/1</c>).</summary>
public sealed record ScanReport
{
    /// <summary>Lethe's version; empty when not told.</summary>
    public string Version { get; init; } = "";

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required long DurationMs { get; init; }

    /// <summary>What was read.</summary>
    public required IReadOnlyList<ScannedSource> Sources { get; init; }

    /// <summary>What was looked for, found or not.</summary>
    public required IReadOnlyList<ScannedPattern> Patterns { get; init; }

    /// <summary>What was found, in order of source and offset; the first so many.</summary>
    public required IReadOnlyList<ScanHit> Hits { get; init; }

    /// <summary>How many further hits are counted but not listed.</summary>
    public long HitsNotListed { get; init; }

    /// <summary>What was found, added up by pattern and page state.</summary>
    public required IReadOnlyList<ScanSummary> Summary { get; init; }

    /// <summary>What could not be read.</summary>
    public required IReadOnlyList<UnreadRange> Unread { get; init; }

    /// <summary>The picture of physical memory, one per source that has page states.</summary>
    public IReadOnlyList<PageMap> Maps { get; init; } = [];

    /// <summary>Residue when anything was found; clean only when all of something was read and nothing was found in it.</summary>
    public Verdict Verdict() =>
        Hits.Count > 0 || HitsNotListed > 0 || Summary.Any(row => row.Hits > 0) || Patterns.Any(pattern => pattern.Hits > 0)
            ? Evidence.Verdict.Residue
        : Unread.Count > 0 || Patterns.Count == 0 || Sources.All(source => source.Bytes == 0) ? Evidence.Verdict.Inconclusive
        : Evidence.Verdict.Clean;
}
