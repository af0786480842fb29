using System.Text.Json.Serialization;

namespace Lethe.Evidence.Scan;

/// <summary>What became of bytes between two scans.</summary>
public enum ChangeKind
{
    /// <summary>Found before, not found after.</summary>
    [JsonStringEnumMemberName("went")]
    Went,

    /// <summary>Found before and after in the same place.</summary>
    [JsonStringEnumMemberName("stayed")]
    Stayed,

    /// <summary>Found only after.</summary>
    [JsonStringEnumMemberName("new")]
    New,
}

/// <summary>What became of a pattern's bytes, added up by the states of their pages.</summary>
/// <param name="Kind">Kind of the pattern.</param>
/// <param name="Id">Id of the pattern.</param>
/// <param name="Change">What became of them.</param>
/// <param name="StateBefore">The pages' state at the first scan; null for what is new, and where it was not known.</param>
/// <param name="StateAfter">The pages' state at the second scan; null for what went, and where it is not known.</param>
/// <param name="Hits">Hits of which this became; one of which only some bytes stayed is counted as stayed.</param>
/// <param name="Bytes">Distinct bytes of memory.</param>
public sealed record ScanChange(string Kind, string Id, ChangeKind Change, string? StateBefore, string? StateAfter, long Hits, long Bytes);
