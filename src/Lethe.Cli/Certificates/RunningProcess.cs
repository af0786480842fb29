using System.Globalization;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Cli.Certificates;

/// <summary>Tells a process that is still there from one that is gone, even when its number was given out again.</summary>
internal static class RunningProcess
{
    /// <summary>This boot's name.</summary>
    public static string BootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>This process.</summary>
    public static ProcessIdentity Current() => new(Environment.ProcessId, StartTimeOf(Environment.ProcessId)!.Value, BootId());

    /// <summary>Whether it is still there.</summary>
    public static bool IsAlive(ProcessIdentity process) => process.BootId == BootId() && StartTimeOf(process.ProcessId) == process.StartTime;

    private static long? StartTimeOf(int processId)
    {
        if (VanishingFiles.TryReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat")) is not { } text) return null;
        return ProcessTimes.StartTicks(text) ?? throw new InvalidDataException($"/proc/{processId}/stat does not say when it began");
    }
}
