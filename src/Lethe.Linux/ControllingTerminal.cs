using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>The terminal that this process was started from.</summary>
public static partial class ControllingTerminal
{
    [LibraryImport("libc", EntryPoint = "tcgetpgrp", SetLastError = true)]
    private static partial int ForegroundGroup(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();

    /// <summary>Whether this process is in the terminal's foreground, so that Ctrl-C reaches it and what it started alike.</summary>
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
}
