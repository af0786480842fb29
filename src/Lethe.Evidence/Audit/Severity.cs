using System.Text.Json.Serialization;

namespace Lethe.Evidence.Audit;

/// <summary>How much an open finding weighs.</summary>
public enum Severity
{
    /// <summary>Names, times and other traces, or advice; does not open a medium.</summary>
    [JsonStringEnumMemberName("low")]
    Low,

    /// <summary>Content stays under some circumstances, or becomes easier to read.</summary>
    [JsonStringEnumMemberName("medium")]
    Medium,

    /// <summary>Content of ended workloads stays readable.</summary>
    [JsonStringEnumMemberName("high")]
    High,
}
