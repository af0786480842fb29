using System.Globalization;
using Lethe.Evidence.Certificates;
using Lethe.Linux;

namespace Lethe.Cli.Certificates;

/// <summary>Tells a process that is still there from one that is gone, even when its number was given out again.</summary>
internal static class RunningProcess
{
    // proc_pid_stat(5): starttime is field 22; counting starts after the name, which may hold anything, at field 3.
    private const int StartTimeAfterName = 22 - 3;

    /// <summary>This boot's name.</summary>
    public static string BootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>This process.</summary>
    public static ProcessIdentity Current() => new(Environment.ProcessId, StartTimeOf(Environment.ProcessId)!.Value, BootId());

    /// <summary>Whether it is still there.</summary>
    public static bool IsAlive(ProcessIdentity process) => process.BootId == BootId() && StartTimeOf(process.ProcessId) == process.StartTime;

    private static long? StartTimeOf(int processId)
    {
        if (VanishingFiles.TryReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat")) is not { } text) return null;
        return long.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[StartTimeAfterName], CultureInfo.InvariantCulture);
    }
}
