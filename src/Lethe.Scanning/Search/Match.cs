namespace Lethe.Scanning.Search;

/// <summary>A place where a pattern, or a part of it, was found.</summary>
/// <param name="Pattern">Index into the detector's patterns.</param>
/// <param name="Position">Of its first byte, in bytes, as the window's offset counts.</param>
/// <param name="Length">Bytes found.</param>
/// <param name="PatternOffset">Which byte of the pattern the first one found is: more than 0 when the beginning is gone.</param>
/// <param name="Confidence">How sure it is, in percent: 100 for bytes that are equal, less for what only looks like a secret.</param>
public readonly record struct Match(int Pattern, long Position, int Length, long PatternOffset = 0, byte Confidence = 100);
