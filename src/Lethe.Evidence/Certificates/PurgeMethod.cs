using System.Text.Json.Serialization;

namespace Lethe.Evidence.Certificates;

/// <summary>How a medium was cleared (NIST SP 800-88 terms).</summary>
public enum PurgeMethod
{
    /// <summary>It was not: it held nothing, or it is named as open.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Written over.</summary>
    [JsonStringEnumMemberName("overwrite")]
    Overwrite,

    /// <summary>Encrypted, and the key dropped.</summary>
    [JsonStringEnumMemberName("cryptographic-erase")]
    CryptographicErase,

    /// <summary>Given back to a device that discards.</summary>
    [JsonStringEnumMemberName("discard")]
    Discard,

    /// <summary>Given back to an allocator that zeroes what it is given.</summary>
    [JsonStringEnumMemberName("return-to-zeroing-allocator")]
    ReturnToZeroingAllocator,
}
