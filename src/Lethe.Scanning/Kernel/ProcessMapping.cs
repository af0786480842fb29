using System.Globalization;

namespace Lethe.Scanning.Kernel;

/// <summary>A range of a process's addresses (a line of <c>/proc/PID/maps</c>, proc_pid_maps(5)).</summary>
/// <param name="Start">First address.</param>
/// <param name="End">First address behind.</param>
/// <param name="Shared">Whether what is written there is seen by others.</param>
/// <param name="FileOffset">Where in the file it begins, in bytes.</param>
/// <param name="Inode">The file's inode number; 0 without a file.</param>
/// <param name="Name">The file's path, or the kernel's name in brackets; null for memory without a name.</param>
internal readonly record struct ProcessMapping(ulong Start, ulong End, bool Shared, ulong FileOffset, ulong Inode, string? Name)
{
    /// <summary>Whether it is a file's.</summary>
    public bool IsOfFile => Name is ['/', ..];

    /// <summary>
    /// Reads a line. Null for what is not one, and for [vsyscall], which lies in the kernel's half of the address space and has
    /// no pagemap.
    /// </summary>
    public static ProcessMapping? Parse(string line)
    {
        string[] words = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 5 || words[1].Length < 4) return null;
        string[] range = words[0].Split('-');
        return range.Length == 2
            && ulong.TryParse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong start)
            && ulong.TryParse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong end) && start < end && end <= long.MaxValue
            && ulong.TryParse(words[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong offset)
            && ulong.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode)
            ? new ProcessMapping(start, end, words[1][3] == 's', offset, inode, words.Length > 5 ? words[5].TrimStart() : null)
            : null;
    }
}
