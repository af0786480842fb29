using System.Text.RegularExpressions;

namespace Lethe.Scanning.Secrets;

/// <summary>A user's own description of a secret.</summary>
/// <param name="Id">Its name in reports.</param>
/// <param name="Anchors">Fixed bytes, four at least each; any of them must be there.</param>
/// <param name="AnchorsAreText">The anchors are text, which is also looked for as UTF-16.</param>
/// <param name="Expression">What must match around the anchor, over bytes as Latin-1; null when the anchor is the secret.</param>
/// <param name="Confidence">Percent.</param>
public sealed record SecretRule(string Id, IReadOnlyList<byte[]> Anchors, bool AnchorsAreText, Regex? Expression, byte Confidence);
