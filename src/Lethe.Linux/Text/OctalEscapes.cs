using System.Text;

namespace Lethe.Linux.Text;

/// <summary>
/// White space and backslashes in names, which the kernel's tables write as <c>\040</c> and the like (mangle_path of fs/seq_file.c).
/// </summary>
internal static class OctalEscapes
{
    /// <summary>Replaces the escapes in a name by their characters.</summary>
    public static string Undo(string text)
    {
        if (!text.Contains('\\')) return text;
        var result = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (text.AsSpan(at) is ['\\', >= '0' and <= '3', >= '0' and <= '7', >= '0' and <= '7', ..])
            {
                result.Append((char)(((text[at + 1] - '0') << 6) | ((text[at + 2] - '0') << 3) | (text[at + 3] - '0')));
                at += 3;
            }
            else
            {
                result.Append(text[at]);
            }
        }

        return result.ToString();
    }
}
