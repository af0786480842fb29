using System.Globalization;
using Lethe.Disposal.Planning;
using Lethe.Evidence.Certificates;

namespace Lethe.Disposal;

/// <summary>Tells a process that is still there from one that is gone, even when its number was given out again.</summary>
public static class RunningProcess
{
    // proc_pid_stat(5): starttime is field 22; counting starts after the name, which may hold anything, at field 3.
    private const int StartTimeAfterName = 22 - 3;

    /// <summary>This process.</summary>
    public static ProcessIdentity Current() => new(Environment.ProcessId, StartTimeOf(Environment.ProcessId)!.Value, ThisHost.BootId());

    /// <summary>Whether it is still there.</summary>
    public static bool IsAlive(ProcessIdentity process) => process.BootId == ThisHost.BootId() && StartTimeOf(process.ProcessId) == process.StartTime;

    private static long? StartTimeOf(int processId)
    {
        try
        {
            string text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            return long.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[StartTimeAfterName], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
