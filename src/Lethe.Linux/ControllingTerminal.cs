using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>The terminal that this process was started from.</summary>
internal static partial class ControllingTerminal
{
    [LibraryImport("libc", EntryPoint = "tcgetpgrp", SetLastError = true)]
    private static partial int ForegroundGroup(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "getpgid", SetLastError = true)]
    private static partial int GroupOf(int process);

    /// <summary>Whether this process is in the terminal's foreground. Ctrl-C then reaches it and its children alike.</summary>
    public static bool IsOurs()
    {
        try
        {
            using Descriptor terminal = Descriptor.Open("/dev/tty", FileCalls.O_RDONLY | FileCalls.O_NOCTTY);
            return ForegroundGroup(terminal.Number) == OwnGroup();
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    /// <summary>Sends a signal to all other processes of this process's group.</summary>
    public static void SignalOthersOfGroup(int signal)
    {
        foreach (int process in RunningProcesses.All())
        {
            if (process != Environment.ProcessId && GroupOf(process) == OwnGroup()) TaskCalls.TrySignal(process, signal);
        }
    }
}
