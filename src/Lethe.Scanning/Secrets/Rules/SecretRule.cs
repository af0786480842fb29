using System.Text.RegularExpressions;

namespace Lethe.Scanning.Secrets;

/// <summary>A user's own description of a secret.</summary>
/// <param name="Id">Its name in reports.</param>
/// <param name="Anchors">Fixed bytes, each of at least four. The secret has at least one of them.</param>
/// <param name="AnchorsAreText">Whether the anchors are text, which is also looked for as UTF-16.</param>
/// <param name="Expression">Must match around the anchor, over bytes as Latin-1. Null when the anchor is the secret.</param>
/// <param name="Confidence">Confidence of its matches, in percent.</param>
public sealed record SecretRule(string Id, IReadOnlyList<byte[]> Anchors, bool AnchorsAreText, Regex? Expression, byte Confidence);
