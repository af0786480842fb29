namespace Lethe.Scanning.Search;

/// <summary>A place where a pattern, or a part of it, was found.</summary>
/// <param name="Pattern">Index in the detector's patterns.</param>
/// <param name="Position">Position of its first byte, counted like the window's offset, in bytes.</param>
/// <param name="Length">Bytes found.</param>
/// <param name="PatternOffset">Offset in the pattern of the first byte found. It is above 0 when the beginning is gone.</param>
/// <param name="Confidence">How sure the match is, in percent: 100 for equal bytes, less for bytes that only look like a secret.</param>
public readonly record struct Match(int Pattern, long Position, int Length, long PatternOffset = 0, byte Confidence = 100);
