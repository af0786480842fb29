namespace Lethe.Scanning.Sources;

/// <summary>The way round a format that is damaged or not understood: to search the bytes as they are stored.</summary>
internal static class PlainBytes
{
    /// <summary>What before a path asks for it.</summary>
    public const string Prefix = "raw:";

    /// <summary>How users are told of it.</summary>
    public const string Hint = "put raw: before the path to search its bytes as they are stored";
}
