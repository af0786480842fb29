namespace Lethe.Facts;

/// <summary>
/// Which facts are meant: a path whose parts may hold <c>*</c>, for any characters within that part; nothing else is special. A
/// pattern that ends with <c>/</c> means directories and their entries, any other means files.
/// </summary>
internal static class PathPattern
{
    /// <summary>Whether a path is one of those meant. A directory's path ends with <c>/</c>.</summary>
    /// <remarks>Takes at most the product of both lengths: of several stars only the last is ever tried again.</remarks>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path)
    {
        if (pattern.EndsWith("/") != path.EndsWith("/")) return false;
        int inPattern = 0, inPath = 0, afterStar = -1, starReached = 0;
        while (inPath < path.Length)
        {
            if (inPattern < pattern.Length && pattern[inPattern] == '*')
            {
                afterStar = ++inPattern;
                starReached = inPath;
            }
            else if (inPattern < pattern.Length && pattern[inPattern] == path[inPath])
            {
                // A part ends: what was behind it stays decided.
                if (path[inPath] == '/') afterStar = -1;
                inPattern++;
                inPath++;
            }
            else if (afterStar >= 0 && path[starReached] != '/')
            {
                inPattern = afterStar;
                inPath = ++starReached;
            }
            else
            {
                return false;
            }
        }

        while (inPattern < pattern.Length && pattern[inPattern] == '*') inPattern++;
        return inPattern == pattern.Length;
    }

    /// <summary>Whether it stands for more than one path.</summary>
    public static bool IsGeneral(string pattern) => pattern.Contains('*');

    /// <summary>What every path it means begins with.</summary>
    internal static string Beginning(string pattern) => pattern.IndexOf('*') is >= 0 and var star ? pattern[..star] : pattern;
}
