using System.Text;

namespace Lethe.Evidence;

/// <summary>Makes untrusted text safe to show: no control characters, no line breaks, no text direction marks.</summary>
internal static class Printable
{
    private const int Longest = 600;

    /// <summary>The text with everything that is not plainly printable escaped, and cut when it is very long.</summary>
    public static string Of(string text)
    {
        var safe = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (safe.Length >= Longest) return safe.Append('…').ToString();
            if (IsPlain(rune)) safe.Append(rune);
            else safe.Append($"\\u{{{rune.Value:x}}}");
        }

        return safe.ToString();
    }

    private static bool IsPlain(Rune rune) => !Rune.IsControl(rune) && Rune.GetUnicodeCategory(rune) is not
        (System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator
        or System.Globalization.UnicodeCategory.ParagraphSeparator or System.Globalization.UnicodeCategory.PrivateUse
        or System.Globalization.UnicodeCategory.OtherNotAssigned) && rune.Value != 0xfffd;
}
