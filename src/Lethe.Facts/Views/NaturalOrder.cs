namespace Lethe.Facts.Views;

/// <summary>Orders names with numbers in them as people do: 6.9 before 6.12.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    /// <summary>The order.</summary>
    public static NaturalOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? first, string? second)
    {
        ReadOnlySpan<char> left = first, right = second;
        while (left.Length > 0 && right.Length > 0)
        {
            ReadOnlySpan<char> leftNumber = Digits(left), rightNumber = Digits(right);
            int order =
                leftNumber.Length > 0 && rightNumber.Length > 0
                    ? CompareNumbers(leftNumber.TrimStart('0'), rightNumber.TrimStart('0'))
                    : left[0].CompareTo(right[0]);
            if (order != 0) return order;
            left = left[Math.Max(1, leftNumber.Length)..];
            right = right[Math.Max(1, rightNumber.Length)..];
        }

        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(first, second);
    }

    private static ReadOnlySpan<char> Digits(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length])) length++;
        return text[..length];
    }

    // However long: the one with more digits is the greater.
    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
}
