using System.Security.Cryptography;
using System.Text;

namespace Lethe.Media.Auditing.Repairing;

/// <summary>
/// Makes paths out of text that nobody trusts: they stay below the directory, and no tool takes a part for anything but a name.
/// </summary>
internal static class SafePath
{
    // NAME_MAX of linux/limits.h is 255 bytes; room is left for what others add.
    private const int LongestPart = 200, MostParts = 16;

    /// <summary>The path with every part made safe. What is safe already stays as it is.</summary>
    /// <param name="path">With <c>/</c> between its parts.</param>
    public static string Of(string path)
    {
        string[] parts = [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Select(PartOf)];
        if (parts.Length > MostParts) parts = [.. parts[..(MostParts - 1)], PartOf(string.Join('_', parts[(MostParts - 1)..]))];
        return parts.Length == 0 ? "_" : string.Join('/', parts);
    }

    /// <summary>One name. A slash in it is no separator.</summary>
    public static string PartOf(string name)
    {
        var safe = new StringBuilder();
        foreach (char letter in name.Length == 0 ? "_" : name)
            safe.Append(
                char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '+' or '@' or ':' or ',' or '=' or '\\' ? letter : '_'
            );
        // Neither the directory above, nor an option of a program.
        if (safe[0] == '-' || name is "." or "..") safe[0] = '_';
        if (safe.Length <= LongestPart) return safe.ToString();
        string mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..12];
        return $"{safe.ToString(0, LongestPart - mark.Length - 1)}-{mark}";
    }
}
