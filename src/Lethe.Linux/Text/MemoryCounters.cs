using System.Globalization;

namespace Lethe.Linux.Text;

/// <summary>
/// Lines that count memory, "MemFree:  1234 kB": of <c>/proc/meminfo</c> and <c>/proc/PID/status</c> (proc_meminfo(5), proc_pid_status(5)).
/// </summary>
internal static class MemoryCounters
{
    /// <summary>The lines of this machine.</summary>
    public const string OfMachine = "/proc/meminfo";

    /// <summary>Finds a counter.</summary>
    /// <param name="text">All lines.</param>
    /// <param name="name">Its name without the colon.</param>
    /// <returns>Kibibytes; null when there is no such line, or no number in it.</returns>
    public static long? Kilobytes(string text, string name)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(name, StringComparison.Ordinal) || line.Length <= name.Length || line[name.Length] != ':') continue;
            ReadOnlySpan<char> rest = line[(name.Length + 1)..].Trim();
            if (!rest.EndsWith("kB", StringComparison.Ordinal)) return null;
            return long.TryParse(rest[..^2].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes) ? kilobytes : null;
        }

        return null;
    }
}
