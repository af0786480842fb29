using System.Text.Json.Serialization;

namespace Lethe.Facts;

/// <summary>What facts are about.</summary>
public enum FactScope
{
    /// <summary>A running host: what is in effect.</summary>
    [JsonStringEnumMemberName("host")]
    Host,

    /// <summary>A file system at rest, of an image or a container: what will be in effect when it starts.</summary>
    [JsonStringEnumMemberName("root")]
    Root,

    /// <summary>Single files; nothing is known of anything else.</summary>
    [JsonStringEnumMemberName("files")]
    Files,
}
