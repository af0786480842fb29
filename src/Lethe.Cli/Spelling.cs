namespace Lethe.Cli;

/// <summary>What somebody may have meant.</summary>
internal static class Spelling
{
    private const int LongestName = 64;

    /// <summary>The known names that differ least from what was given, the nearest first.</summary>
    public static IEnumerable<string> Nearest(string given, IEnumerable<string> known) => known.OrderBy(name => Distance(given, name));

    // How many letters differ (Levenshtein), cut to what a name can be long.
    private static int Distance(string left, string right)
    {
        left = left.Length > LongestName ? left[..LongestName] : left;
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int substituted = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
