using System.Globalization;
using Lethe.Linux.Text;

namespace Lethe.Linux;

/// <summary>Lines of <c>/proc/PID/status</c> (proc_pid_status(5)).</summary>
internal static class ProcessStatus
{
    /// <summary>A line that counts memory.</summary>
    /// <param name="process">The process.</param>
    /// <param name="name">The line's name with its colon, <c>VmLck:</c> for example.</param>
    /// <returns>Kibibytes; 0 when the process is gone or has no memory.</returns>
    /// <exception cref="LinuxException">The process exists, but its status cannot be read.</exception>
    public static long Kilobytes(int process, string name)
    {
        return MemoryCounters.Kilobytes(VanishingFiles.TryReadText($"/proc/{process}/status") ?? "", name.TrimEnd(':')) ?? 0;
    }

    /// <summary>
    /// Whether a task may write to a file, by the file's owner, group and mode. Access control lists are not read. Of the four
    /// ids in each line, the last is the one for files. A task that is gone may not.
    /// </summary>
    /// <exception cref="LinuxException">The task exists, but its status cannot be read.</exception>
    public static bool MayWrite(int task, FileStatus file)
    {
        string[] users = Words(task, "Uid:"), groups = [.. Words(task, "Gid:").TakeLast(1), .. Words(task, "Groups:")];
        if (users.Length == 0) return false;
        string user = users[^1],
            owner = file.Owner.ToString(CultureInfo.InvariantCulture),
            group = file.Group.ToString(CultureInfo.InvariantCulture);
        // S_IWUSR, S_IWGRP and S_IWOTH of sys/stat.h.
        uint needed = user == owner ? 0x80u : groups.Contains(group) ? 0x10u : 0x2u;
        return user == "0" || (file.Mode & needed) != 0;
    }

    // Empty when the task is gone or has no such line.
    private static string[] Words(int task, string name)
    {
        string? line = VanishingFiles.TryReadLines($"/proc/{task}/status")
            ?.FirstOrDefault(text => text.StartsWith(name, StringComparison.Ordinal));
        return line is null ? [] : line[name.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }
}
