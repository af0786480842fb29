using System.Runtime.InteropServices;
using System.Text;

namespace Lethe.Linux;

/// <summary>The kernel's log buffer (syslog(2)).</summary>
internal static partial class KernelLog
{
    // The kernel's own names: SYSLOG_ACTION_READ_ALL, SYSLOG_ACTION_CLEAR, SYSLOG_ACTION_SIZE_BUFFER.
    private const int ReadAllAction = 3, ClearAction = 5, SizeAction = 10;

    [LibraryImport("libc", EntryPoint = "klogctl", SetLastError = true)]
    private static unsafe partial int Control(int action, byte* buffer, int length);

    /// <summary>Everything in the log since it was last cleared.</summary>
    /// <exception cref="LinuxException">No permission.</exception>
    public static unsafe string ReadAll()
    {
        byte[] buffer = new byte[Errno.Check(Control(SizeAction, null, 0), "klogctl")];
        // SAFETY: the buffer is pinned for the length of the call and its length is passed along.
        fixed (byte* start = buffer)
            return Encoding.UTF8.GetString(buffer, 0, Errno.Check(Control(ReadAllAction, start, buffer.Length), "klogctl"));
    }

    /// <summary>Everything in the log; null when this user may not read it.</summary>
    public static string? TryReadAll()
    {
        try
        {
            return ReadAll();
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    /// <summary>Clears the log, as <c>dmesg --clear</c> does.</summary>
    /// <exception cref="LinuxException">No permission.</exception>
    // SAFETY: this action takes no buffer (do_syslog of kernel/printk/printk.c).
    public static unsafe void Clear() => Errno.Check(Control(ClearAction, null, 0), "klogctl");
}
