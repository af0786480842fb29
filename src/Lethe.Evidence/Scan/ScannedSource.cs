namespace Lethe.Evidence.Scan;

/// <summary>A source of a scan.</summary>
/// <param name="Name">As the user named it.</param>
/// <param name="Form">What it was recognised as: <c>raw</c>, <c>elf-core</c>, <c>pid</c>...</param>
/// <param name="Bytes">Bytes that were read or, as holes, are known to be zero.</param>
/// <param name="DurationMs">How long that took.</param>
/// <param name="Kernel">The kernel's release, where an image or a live machine tells; else null.</param>
/// <param name="PageStates">Why page states are not known; null when they are, or when the source has no physical pages.</param>
public sealed record ScannedSource(string Name, string Form, long Bytes, long DurationMs, string? Kernel = null, string? PageStates = null);
