using System.Globalization;

namespace Lethe.Tests;

/// <summary>
/// How much is tried by tests that make their own cases, and with which seeds. <c>make test</c> tries what each test says, <c>make
/// check</c> a tenth,
/// <c>make soak</c> ten times as much, again and again. Every commit has other seeds; <c>LETHE_ROUND</c> brings back those of another.
/// </summary>
internal static class Trials
{
    private static readonly double Share = double.Parse(
        Environment.GetEnvironmentVariable("LETHE_TRIALS") ?? "1",
        CultureInfo.InvariantCulture
    );
    private static readonly int Round = int.Parse(Environment.GetEnvironmentVariable("LETHE_ROUND") ?? "0", CultureInfo.InvariantCulture);
    private static readonly string? Log = Environment.GetEnvironmentVariable("LETHE_TRIALS_LOG");

    /// <summary>
    /// How many cases to try, where <paramref name="usual"/> are tried by <c>make test</c>. What is tried is added to the log that <c>make
    /// soak</c> counts.
    /// </summary>
    public static int Of(int usual)
    {
        int count = Math.Max(10, (int)Math.Min(int.MaxValue, usual * Share));
        if (Log is not null) File.AppendAllText(Log, $"{count}\n");
        return count;
    }

    /// <summary>Numbers for them, other ones in each round.</summary>
    public static Random Random(int seed) => new(unchecked(seed + Round * 7919));
}
