namespace Lethe.Scanning.Secrets;

/// <summary>Fixed bytes, four at least, that every secret of a family has.</summary>
/// <param name="Literal">The bytes.</param>
/// <param name="Family">Index of the family that examines the place.</param>
/// <param name="Number">Which of the family's anchors.</param>
internal sealed record Anchor(byte[] Literal, int Family, int Number);
