using System.Text.RegularExpressions;

namespace Lethe.Facts.Collecting;

/// <summary>
/// What is left out of files before they become facts, as facts are given to others and no rule asks for it: passwords of libvirt's
/// consoles (<c>passwd</c> of domain XML, <c>vnc_password</c> and the like of qemu.conf), and environments of systemd's units.
/// </summary>
internal static partial class Withheld
{
    /// <summary>The file's text without them; lines stay where they are.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Its text; may be hostile, each expression reads it in time linear in its length.</param>
    public static string From(string path, string text)
    {
        if (path.StartsWith("/etc/libvirt/", StringComparison.Ordinal))
            return path.EndsWith(".xml", StringComparison.Ordinal)
                ? Attribute().Replace(text, "$1$2(left out)$2")
                : Setting().Replace(text, "$1\"(left out)\"");
        return path.Contains("/systemd/", StringComparison.Ordinal) ? Environments().Replace(text, WithoutValues) : text;
    }

    private static string WithoutValues(Match setting) =>
        setting.Groups[1].Value + "(left out)" + string.Concat(Enumerable.Repeat("\\\n", setting.Value.Count(letter => letter == '\n')));

    [GeneratedRegex("""(\bpasswd\s*=\s*)(["'])[^"'<>]*["']""")]
    private static partial Regex Attribute();

    [GeneratedRegex("""^([ \t]*\w*password[ \t]*=[ \t]*)\S[^\r\n]*""", RegexOptions.Multiline)]
    private static partial Regex Setting();

    // A backslash at a line's end goes on with the next one.
    [GeneratedRegex("""^([ \t]*Environment[ \t]*=)(?:[^\r\n]*\\\r?\n)*[^\r\n]*""", RegexOptions.Multiline)]
    private static partial Regex Environments();
}
