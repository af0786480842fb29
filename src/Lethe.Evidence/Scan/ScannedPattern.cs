namespace Lethe.Evidence.Scan;

/// <summary>Something that was looked for.</summary>
/// <param name="Kind"><c>canary</c>, <c>text</c>, <c>hex</c>, <c>regex</c>, <c>residue-of</c>, <c>secret</c>, <c>rule</c>.</param>
/// <param name="Id">Which of its kind.</param>
/// <param name="Length">Bytes of the whole thing; 0 when that varies.</param>
/// <param name="Hits">How often it was found.</param>
/// <param name="Bytes">Bytes found, every copy counted.</param>
/// <param name="CoveredBytes">Distinct bytes of it found, for files; null where that has no meaning.</param>
public sealed record ScannedPattern(string Kind, string Id, long Length, long Hits, long Bytes, long? CoveredBytes = null);
