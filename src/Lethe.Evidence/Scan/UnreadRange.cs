namespace Lethe.Evidence.Scan;

/// <summary>A range that could not be read.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Part">The file or mapping in it; null where there is none.</param>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Length">Its length in bytes; 0 when that is not known.</param>
/// <param name="Because">Why it could not be read.</param>
public sealed record UnreadRange(string Source, string? Part, long Offset, long Length, string Because);
