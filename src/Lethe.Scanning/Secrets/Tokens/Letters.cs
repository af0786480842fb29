using System.Buffers;

namespace Lethe.Scanning.Secrets;

/// <summary>Sets of letters that secrets are written in, and what the distribution of letters shows.</summary>
internal static class Letters
{
    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static readonly SearchValues<byte> Base62 = Set(Alphanumeric),
        Base64 = Set(Alphanumeric + "+/"),
        Base64Url = Set(Alphanumeric + "-_"),
        Base32 = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
        Digits = Set("0123456789"),
        LowerHex = Set("0123456789abcdef"),
        Hex = Set("0123456789abcdefABCDEF"),
        LowerBase36 = Set("0123456789abcdefghijklmnopqrstuvwxyz"), Base62Dash = Set(Alphanumeric + "-");

    /// <summary>How many letters of the set the text begins with, at most <paramref name="most"/>.</summary>
    public static int Run(ReadOnlySpan<byte> text, SearchValues<byte> set, int most)
    {
        if (text.Length > most) text = text[..most];
        int end = text.IndexOfAnyExcept(set);
        return end < 0 ? text.Length : end;
    }

    /// <summary>How many letters of the set the text ends with, at most <paramref name="most"/>.</summary>
    public static int RunBefore(ReadOnlySpan<byte> text, SearchValues<byte> set, int most)
    {
        if (text.Length > most) text = text[^most..];
        return text.Length - 1 - text.LastIndexOfAnyExcept(set);
    }

    /// <summary>Whether a word goes on at this position. If so, the letters beside it are not a token of their own.</summary>
    public static bool IsInWord(ReadOnlySpan<byte> window, int place) =>
        place >= 0 && place < window.Length && Base62.Contains(window[place]);

    /// <summary>
    /// Bits of information in a letter, by how often each letter occurs (Shannon). Random text of 20 letters has about 4, words of a
    /// language 3 to 3.5, fillers less.
    /// </summary>
    public static double Entropy(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return 0;
        Span<short> counts = stackalloc short[256];
        counts.Clear();
        text = text[..Math.Min(text.Length, 1024)];
        foreach (byte letter in text) counts[letter]++;
        double sum = 0;
        foreach (short count in counts)
        {
            if (count > 0) sum += count * Math.Log2(count);
        }
        return Math.Log2(text.Length) - sum / text.Length;
    }

    public static IEnumerable<byte> AllOf(SearchValues<byte> set) =>
        Enumerable.Range(0, 256).Select(value => (byte)value).Where(set.Contains);

    private static SearchValues<byte> Set(string letters) => SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(letters));
}
