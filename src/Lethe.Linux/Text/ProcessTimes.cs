using System.Globalization;

namespace Lethe.Linux.Text;

/// <summary>When a process began: field 22 of <c>/proc/PID/stat</c> (proc_pid_stat(5), do_task_stat of fs/proc/array.c).</summary>
internal static class ProcessTimes
{
    /// <summary>The unit of such times (USER_HZ of x86-64, asm-generic/param.h).</summary>
    public const int TicksPerSecond = 100;

    // Counting starts after the name, at field 3.
    private const int StartAfterName = 22 - 3;

    /// <param name="stat">The file's text. The name in it, in brackets, may hold anything: brackets, blanks and newlines too.</param>
    /// <returns>Ticks since the machine started; null when the text does not have them.</returns>
    public static long? StartTicks(string stat)
    {
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (!stat.Contains(')') || fields.Length <= StartAfterName) return null;
        return long.TryParse(fields[StartAfterName], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) ? ticks : null;
    }
}
