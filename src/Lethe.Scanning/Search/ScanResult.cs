using Lethe.Scanning.Sources;

namespace Lethe.Scanning.Search;

/// <summary>A match and the part it lies in.</summary>
/// <param name="Part">The part.</param>
/// <param name="PartNumber">Which part of the source it is, from 0.</param>
/// <param name="Match">The match; its pattern is an index into <see cref="ScanResult.Patterns"/>, its position an offset in the part, in
/// bytes.</param>
public readonly record struct Hit(Part Part, int PartNumber, Match Match);

/// <summary>Bytes that were not read or not searched.</summary>
/// <param name="Part">Where; null when it is not known what there was.</param>
/// <param name="Offset">In the part, in bytes.</param>
/// <param name="Bytes">How many; 0 when that is not known.</param>
/// <param name="Why">For people, without the place.</param>
public sealed record MissedRange(Part? Part, long Offset, long Bytes, string Why);

/// <summary>What a scan of one source found.</summary>
public sealed class ScanResult
{
    /// <summary>What was looked for: the patterns of all detectors in their order.</summary>
    public required IReadOnlyList<Pattern> Patterns { get; init; }

    /// <summary>The first matches, in order of part and offset.</summary>
    public required IReadOnlyList<Hit> Hits { get; init; }

    /// <summary>How many matches there are, also beyond those kept in <see cref="Hits"/>.</summary>
    public required long Matches { get; init; }

    /// <summary>What was found of each pattern that was found, by its index.</summary>
    public required IReadOnlyDictionary<int, PatternCount> Counts { get; init; }

    /// <summary>What could not be read; at most the first 10,000 ranges.</summary>
    public required IReadOnlyList<MissedRange> Unread { get; init; }

    /// <summary>Bytes that could not be read, in all.</summary>
    public required long UnreadBytes { get; init; }

    /// <summary>Bytes read; what a source passes over as zero is not among them.</summary>
    public required long BytesRead { get; init; }

    /// <summary>
    /// Where a page begins like the note in which a kernel describes itself, at most the first 1,000; for page states, without reading all
    /// once more.
    /// </summary>
    public required IReadOnlyList<(Part Part, long Offset)> KernelNotes { get; init; }

    /// <summary>Whether all could be read.</summary>
    public bool Complete => Unread.Count == 0;

    /// <summary>Whether a match is the whole of its pattern. One of varying length always is.</summary>
    public bool IsWhole(Match match) => Patterns[match.Pattern].Length is var length && (length == 0 || length == match.Length);
}

/// <summary>What was found of one pattern.</summary>
public sealed class PatternCount
{
    /// <summary>Matches, whole or not.</summary>
    public long Matches { get; internal set; }

    /// <summary>Whole ones among them.</summary>
    public long Whole { get; internal set; }

    /// <summary>Bytes of all matches; what several matches share is counted with each.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Which bytes of the pattern were found at least once.</summary>
    public Coverage Coverage { get; } = new();
}
