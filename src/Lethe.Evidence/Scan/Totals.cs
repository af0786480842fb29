namespace Lethe.Evidence.Scan;

/// <summary>Adds up numbers that may come from a hostile report.</summary>
internal static class Totals
{
    /// <summary>The sum of numbers that are 0 or more, or the largest number where it would not fit.</summary>
    public static long Total<T>(this IEnumerable<T> items, Func<T, long> number)
    {
        long sum = 0;
        foreach (T item in items) sum = Plus(sum, number(item));
        return sum;
    }

    /// <summary>The sum of two such numbers.</summary>
    public static long Plus(long one, long other) => other > long.MaxValue - one ? long.MaxValue : one + other;
}
