namespace Lethe.Evidence.Audit;

/// <summary>Tells which sources of evidence are files.</summary>
internal static class EvidenceSource
{
    /// <summary>
    /// Whether a source names a file: a path, or a name that is neither in words (<c>kernel log</c>) nor has a scheme
    /// (<c>kernel:config</c>).
    /// </summary>
    public static bool IsFile(string source) =>
        source.Length > 0
        && !source.EndsWith('/')
        && (
            source.StartsWith('/')
            || source.StartsWith("./", StringComparison.Ordinal)
            || source.StartsWith("../", StringComparison.Ordinal)
            || (!source.Any(char.IsWhiteSpace) && !HasScheme(source)));

    // Letters, digits and dashes before a colon, and that in the first part of a path.
    private static bool HasScheme(string source) =>
        source.IndexOf(':') is > 0 and var colon && source[..colon].All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');
}
