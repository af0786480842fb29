using System.Globalization;

namespace Lethe.Evidence;

/// <summary>Sizes as people read and write them: 64 B, 12 KiB, 8.0 MiB.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Writes a size, in bytes, with the largest unit that fits.</summary>
    public static string Format(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        string format = unit < 2 || value >= 100 ? "0" : "0.0";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>Reads a size: a whole number with an optional K, M or G (powers of 1024), optionally followed by iB or B.</summary>
    /// <returns>False when it is not such a number or does not fit.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        string number = text.Trim();
        if (number.EndsWith("iB", StringComparison.OrdinalIgnoreCase)) number = number[..^2];
        else if (number.EndsWith('B') || number.EndsWith('b')) number = number[..^1];
        long factor = 1;
        if (number.Length > 0 && "KMG".IndexOf(char.ToUpperInvariant(number[^1]), StringComparison.Ordinal) is >= 0 and var power)
        {
            factor = 1L << (10 * (power + 1));
            number = number[..^1];
        }

        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value)) return false;
        if (value > long.MaxValue / factor) return false;
        bytes = value * factor;
        return true;
    }
}
