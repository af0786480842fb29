namespace Lethe.Media.Auditing;

/// <summary>Names of repair files, made from names that others chose.</summary>
internal static class RepairName
{
    private const int Longest = 80;

    /// <summary>
    /// The name, with all but letters, digits, <c>.</c>, <c>-</c> and <c>_</c> replaced by <c>_</c>. Never empty, hidden or a directory.
    /// </summary>
    public static string Of(string name)
    {
        string plain = new([
            .. name.Take(Longest).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '_'),
        ]);
        return plain.TrimStart('.') is { Length: > 0 } kept ? kept : "unnamed";
    }
}
