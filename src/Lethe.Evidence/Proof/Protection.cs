using System.Text.Json.Serialization;

namespace Lethe.Evidence.Proof;

/// <summary>What a workload ran under.</summary>
public enum Protection
{
    /// <summary>Nothing: what the kernel does by itself.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary><c>lethe run</c>.</summary>
    [JsonStringEnumMemberName("lethe")]
    Lethe,
}
