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
            if (patternEnd < 0) return FileSystemName.MatchesSimpleExpression(patternLeft, pathLeft, ignoreCase: false);
            if (!FileSystemName.MatchesSimpleExpression(patternLeft[..patternEnd], pathLeft[..pathEnd], ignoreCase: false)) return false;
            patternLeft = patternLeft[(patternEnd + 1)..];
            pathLeft = pathLeft[(pathEnd + 1)..];
        }
    }

    /// <summary>Whether it stands for more than one path.</summary>
    public static bool IsGeneral(string pattern) => pattern.Contains('*');
}
