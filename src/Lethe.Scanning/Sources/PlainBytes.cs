namespace Lethe.Scanning.Sources;

/// <summary>The workaround for a format that is damaged or not understood: searching the bytes as they are stored.</summary>
internal static class PlainBytes
{
    /// <summary>Asks for this, before a path.</summary>
    public const string Prefix = "raw:";

    /// <summary>The hint that tells users about it.</summary>
    public const string Hint = "put raw: before the path to search its bytes as they are stored";
}
