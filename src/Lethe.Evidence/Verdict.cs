using System.Text.Json.Serialization;

namespace Lethe.Evidence;

/// <summary>What a check came to. What could not be checked is never clean.</summary>
public enum Verdict
{
    /// <summary>Looked for, by a detector that was shown to see it, and not found.</summary>
    [JsonStringEnumMemberName("clean")]
    Clean,

    /// <summary>Found.</summary>
    [JsonStringEnumMemberName("residue")]
    Residue,

    /// <summary>The check is void.</summary>
    [JsonStringEnumMemberName("inconclusive")]
    Inconclusive,

    /// <summary>This kernel or machine cannot do it.</summary>
    [JsonStringEnumMemberName("unsupported")]
    Unsupported,
}
