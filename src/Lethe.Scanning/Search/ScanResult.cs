using Lethe.Scanning.Sources;

namespace Lethe.Scanning.Search;

/// <summary>A match and its part.</summary>
/// <param name="Part">The part.</param>
/// <param name="PartNumber">The number of the part in the source, from 0.</param>
/// <param name="Match">The match. Its pattern is an index in <see cref="ScanResult.Patterns"/>, its position an offset in the part, in
/// bytes.</param>
public readonly record struct Hit(Part Part, int PartNumber, Match Match);

/// <summary>Bytes that were not read or not searched.</summary>
/// <param name="Part">The part; null when it is not known what is missing.</param>
/// <param name="Offset">Offset in the part, in bytes.</param>
/// <param name="Bytes">How many bytes; 0 when that is not known.</param>
/// <param name="Why">The reason, for people, without the place.</param>
public sealed record MissedRange(Part? Part, long Offset, long Bytes, string Why);

/// <summary>What a scan of one source found.</summary>
public sealed class ScanResult
{
    /// <summary>The patterns of all detectors, in the order of the detectors.</summary>
    public required IReadOnlyList<Pattern> Patterns { get; init; }

    /// <summary>The first matches, in order of part and offset.</summary>
    public required IReadOnlyList<Hit> Hits { get; init; }

    /// <summary>How many matches there are, including those not kept in <see cref="Hits"/>.</summary>
    public required long Matches { get; init; }

    /// <summary>The counts of each pattern that was found, by its index in <see cref="Patterns"/>.</summary>
    public required IReadOnlyDictionary<int, PatternCount> Counts { get; init; }

    /// <summary>What could not be read or searched, at most the first 10,000 ranges.</summary>
    public required IReadOnlyList<MissedRange> Unread { get; init; }

    /// <summary>How many bytes could not be read or searched, in all.</summary>
    public required long UnreadBytes { get; init; }

    /// <summary>Bytes read. Ranges that a source skips as zero are not included.</summary>
    public required long BytesRead { get; init; }

    /// <summary>
    /// Pages that begin like the note in which a kernel describes itself, at most the first 1,000. With them page states are
    /// found without reading everything again.
    /// </summary>
    public required IReadOnlyList<(Part Part, long Offset)> KernelNotes { get; init; }

    /// <summary>Whether everything could be read and searched.</summary>
    public bool Complete => Unread.Count == 0;

    /// <summary>Whether a match is the whole of its pattern. A match of varying length always is.</summary>
    public bool IsWhole(Match match) => Patterns[match.Pattern].Length is var length && (length == 0 || length == match.Length);
}

/// <summary>The counts of one pattern.</summary>
public sealed class PatternCount
{
    /// <summary>Matches, whole or not.</summary>
    public long Matches { get; internal set; }

    /// <summary>How many of them are whole.</summary>
    public long Whole { get; internal set; }

    /// <summary>Bytes of all matches. Bytes that several matches share count for each.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Which bytes of the pattern were found at least once.</summary>
    public Coverage Coverage { get; } = new();
}
