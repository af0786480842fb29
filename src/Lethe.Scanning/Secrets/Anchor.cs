namespace Lethe.Scanning.Secrets;

/// <summary>Fixed bytes, at least four, that every secret of a family has.</summary>
/// <param name="Literal">The bytes.</param>
/// <param name="Family">Index of the family that examines the place.</param>
/// <param name="Number">Index among the family's anchors.</param>
internal sealed record Anchor(byte[] Literal, int Family, int Number);
