using System.Text;

namespace Lethe.Scanning.Search;

/// <summary>Makes needles from what users write.</summary>
internal static class NeedleForms
{
    /// <summary>
    /// The forms in which memory holds a text: UTF-8, and UTF-16 as Windows, Java and .NET store it (low byte first).
    /// </summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static IEnumerable<Needle> Text(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        yield return new Needle("text", text, Encoding.UTF8.GetBytes(text));
        yield return new Needle("text", $"{text} (UTF-16)", Encoding.Unicode.GetBytes(text));
    }

    /// <summary>Parses hexadecimal digits, two for each byte. Spaces, colons and a leading 0x are ignored.</summary>
    /// <exception cref="ArgumentException">The text is empty, or has anything else.</exception>
    public static Needle Hex(string digits)
    {
        string plain = digits.Replace(" ", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal);
        if (plain.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) plain = plain[2..];
        try
        {
            byte[] bytes = Convert.FromHexString(plain);
            if (bytes.Length > 0) return new Needle("hex", digits, bytes);
        }
        catch (FormatException)
        {
        }

        throw new ArgumentException($"{digits} is not pairs of hexadecimal digits");
    }
}
