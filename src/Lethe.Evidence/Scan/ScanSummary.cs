namespace Lethe.Evidence.Scan;

/// <summary>Hits of one pattern in one page state, added up.</summary>
/// <param name="Kind">Kind of the pattern.</param>
/// <param name="Id">Id of the pattern.</param>
/// <param name="PageState">The page state; null for hits of which it is not known, or that lie in no page.</param>
/// <param name="Hits">How often it was found there.</param>
/// <param name="Bytes">Bytes found there, every copy counted.</param>
public sealed record ScanSummary(string Kind, string Id, string? PageState, long Hits, long Bytes);
