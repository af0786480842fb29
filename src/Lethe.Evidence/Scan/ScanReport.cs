namespace Lethe.Evidence.Scan;

/// <summary>What a scan looked at, looked for and found (<c>lethe.scan/1</c>).</summary>
public sealed record ScanReport
{
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
}

/// <summary>A source of a scan.</summary>
/// <param name="Name">As the user named it.</param>
/// <param name="Form">What it was recognised as: <c>raw</c>, <c>elf-core</c>, <c>pid</c>...</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="DurationMs">How long that took.</param>
/// <param name="Kernel">The kernel's release, where an image or a live machine tells; else null.</param>
/// <param name="PageStates">Why page states are not known; null when they are, or when the source has no physical pages.</param>
public sealed record ScannedSource(string Name, string Form, long Bytes, long DurationMs, string? Kernel = null, string? PageStates = null);

/// <summary>Something that was looked for.</summary>
/// <param name="Kind"><c>canary</c>, <c>text</c>, <c>hex</c>, <c>regex</c>, <c>residue-of</c>, <c>secret</c>, <c>rule</c>.</param>
/// <param name="Id">Which of its kind.</param>
/// <param name="Length">Bytes of the whole thing; 0 when that varies.</param>
/// <param name="Hits">How often it was found.</param>
/// <param name="Bytes">Bytes found, every copy counted.</param>
/// <param name="CoveredBytes">Distinct bytes of it found, for files; null where that has no meaning.</param>
public sealed record ScannedPattern(string Kind, string Id, long Length, long Hits, long Bytes, long? CoveredBytes = null);

/// <summary>A place where something was found.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Part">The file or mapping in it; null where there is none.</param>
/// <param name="Physical">Physical address; null where bytes have none.</param>
/// <param name="Offset">Offset in the source, or in the part where that is a file, in bytes.</param>
/// <param name="Length">Bytes found.</param>
/// <param name="Kind">Kind of the pattern.</param>
/// <param name="Id">Id of the pattern.</param>
/// <param name="PatternOffset">Which byte of the pattern the first one found is.</param>
/// <param name="Whole">Whether all of the pattern was found.</param>
/// <param name="Confidence">0 to 100.</param>
/// <param name="PageState">The page's state, as in <c>lethe.prove/1</c> (<c>free</c>, <c>page-cache</c>...); null when not known.</param>
/// <param name="Owner">Whose the page is; null when not known.</param>
/// <param name="Text">What was found, escaped, when the user asked to see it; else null.</param>
public sealed record ScanHit(
    string Source, string? Part, ulong? Physical, long Offset, long Length, string Kind, string Id, long PatternOffset, bool Whole, int Confidence,
    string? PageState = null, string? Owner = null, string? Text = null);

/// <summary>Hits of one pattern in one page state, added up.</summary>
public sealed record ScanSummary(string Kind, string Id, string? PageState, long Hits, long Bytes);

/// <summary>A range that could not be read.</summary>
public sealed record UnreadRange(string Source, string? Part, long Offset, long Length, string Because);

/// <summary>Physical memory in cells, for a picture.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="PagesPerCell">How many pages of 4096 bytes a cell stands for.</param>
/// <param name="States">The commonest page state in each cell, as names' indexes into <paramref name="Names"/>; 255 where there is no memory.</param>
/// <param name="Names">Page state names.</param>
/// <param name="Residue">Bytes found in each cell, capped at 65535.</param>
public sealed record PageMap(string Source, int PagesPerCell, byte[] States, IReadOnlyList<string> Names, ushort[] Residue);
