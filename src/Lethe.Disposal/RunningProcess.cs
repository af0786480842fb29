using System.Globalization;
using Lethe.Disposal.Planning;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Disposal;

/// <summary>Tells a process that is still there from one that is gone, even when its number was given out again.</summary>
internal static class RunningProcess
{
    /// <summary>This process.</summary>
    public static ProcessIdentity Current() => new(Environment.ProcessId, StartTimeOf(Environment.ProcessId)!.Value, ThisHost.BootId());

    /// <summary>Whether it is still there.</summary>
    public static bool IsAlive(ProcessIdentity process) =>
        process.BootId == ThisHost.BootId() && StartTimeOf(process.ProcessId) == process.StartTime;

    private static long? StartTimeOf(int processId)
    {
        if (VanishingFiles.TryReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat")) is not { } text) return null;
        return ProcessTimes.StartTicks(text) ?? throw new InvalidDataException($"/proc/{processId}/stat does not say when it began");
    }
}
