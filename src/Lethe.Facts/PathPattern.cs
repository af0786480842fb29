using System.IO.Enumeration;

namespace Lethe.Facts;

/// <summary>
/// Which facts are meant: a path whose parts may hold <c>*</c>, for any characters within that part. A pattern that ends with
/// <c>/</c> means directories and their entries, any other means files.
/// </summary>
public static class PathPattern
{
    /// <summary>Whether a path is one of those meant. A directory's path ends with <c>/</c>.</summary>
    public static bool Matches(string pattern, string path)
    {
        ReadOnlySpan<char> patternLeft = pattern, pathLeft = path;
        while (true)
        {
            int patternEnd = patternLeft.IndexOf('/'), pathEnd = pathLeft.IndexOf('/');
            if (patternEnd < 0 != pathEnd < 0) return false;
            if (patternEnd < 0) return IsPart(patternLeft, pathLeft);
            if (!IsPart(patternLeft[..patternEnd], pathLeft[..pathEnd])) return false;
            patternLeft = patternLeft[(patternEnd + 1)..];
            pathLeft = pathLeft[(pathEnd + 1)..];
        }
    }

    // Nothing, as before the first slash, is not matched by .NET's function, not even by nothing.
    private static bool IsPart(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path) =>
        pattern.Length == 0 || path.Length == 0 ? pattern.Length == path.Length : FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false);

    /// <summary>Whether it stands for more than one path.</summary>
    public static bool IsGeneral(string pattern) => pattern.Contains('*');
}
