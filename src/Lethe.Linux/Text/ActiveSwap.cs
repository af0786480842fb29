using System.Globalization;

namespace Lethe.Linux.Text;

/// <summary>A swap area in use: a line of <c>/proc/swaps</c> (swap_show of mm/swapfile.c).</summary>
/// <param name="Path">The device or file.</param>
/// <param name="IsFile">Whether it is a file.</param>
/// <param name="Kilobytes">Its capacity in KiB, without its header; null when the line does not have it.</param>
internal sealed record ActiveSwap(string Path, bool IsFile, long? Kilobytes)
{
    /// <summary>Reads all areas of a text, which begins with a line of headings.</summary>
    public static IReadOnlyList<ActiveSwap> All(string text) => [.. text.Split('\n').Select(Parse).OfType<ActiveSwap>()];

    /// <summary>Reads one line: "/dev/dm-1 partition 8388604 0 -2".</summary>
    /// <returns>Null for the headings and for lines with too few words.</returns>
    public static ActiveSwap? Parse(string line)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || (words[0] == "Filename" && words[1] == "Type")) return null;
        long? kilobytes = words.Length > 2
            && long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : null;
        return new ActiveSwap(OctalEscapes.Undo(words[0]), words[1] == "file", kilobytes);
    }
}
