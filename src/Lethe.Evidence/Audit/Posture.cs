using System.Text.Json.Serialization;

namespace Lethe.Evidence.Audit;

/// <summary>Whether a medium keeps what a workload leaves in it. What could not be read is unknown, never closed.</summary>
public enum Posture
{
    /// <summary>What is in effect keeps nothing readable.</summary>
    [JsonStringEnumMemberName("closed")]
    Closed,

    /// <summary>Something stays readable, or can be read.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>A fact is missing.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}
