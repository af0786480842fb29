namespace Lethe.Evidence.Proof;

/// <summary>How much of a canary one place still holds.</summary>
/// <param name="Where"><c>ram</c>, or the name of a storage image.</param>
/// <param name="Bytes">Bytes found, every copy counted.</param>
/// <param name="States">For RAM: bytes by page state.</param>
public sealed record Residue(string Where, long Bytes, IReadOnlyDictionary<string, long>? States);
