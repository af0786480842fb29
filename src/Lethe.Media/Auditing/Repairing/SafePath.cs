using System.Security.Cryptography;
using System.Text;

namespace Lethe.Media.Auditing.Repairing;

/// <summary>
/// Makes paths from untrusted text. They stay below the directory, and no tool takes a part of them for anything but a name.
/// </summary>
internal static class SafePath
{
    // NAME_MAX of linux/limits.h is 255 bytes. This leaves room for what callers add.
    private const int LongestPart = 200, MostParts = 16;

    /// <summary>The path with every part made safe. Safe parts stay as they are.</summary>
    /// <param name="path">A path with <c>/</c> between its parts.</param>
    public static string Of(string path)
    {
        string[] parts = [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Select(PartOf)];
        if (parts.Length > MostParts) parts = [.. parts[..(MostParts - 1)], PartOf(string.Join('_', parts[(MostParts - 1)..]))];
        return parts.Length == 0 ? "_" : string.Join('/', parts);
    }

    /// <summary>One name made safe. A slash in it does not separate parts.</summary>
    public static string PartOf(string name)
    {
        var safe = new StringBuilder();
        foreach (char letter in name.Length == 0 ? "_" : name)
            safe.Append(
                char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '+' or '@' or ':' or ',' or '=' or '\\' ? letter : '_'
            );
        // It must name neither this directory nor its parent, and must not look like a program's option.
        if (safe[0] == '-' || name is "." or "..") safe[0] = '_';
        if (safe.Length <= LongestPart) return safe.ToString();
        string mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..12];
        return $"{safe.ToString(0, LongestPart - mark.Length - 1)}-{mark}";
    }
}
