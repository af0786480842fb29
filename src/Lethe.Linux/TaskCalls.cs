using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Calls about this process, and about tasks that are not its children.</summary>
[CHeader("sys/prctl.h")]
internal static unsafe partial class TaskCalls
{
#pragma warning disable CS1591 // Names of sys/prctl.h and sys/resource.h.
    public const int PR_SET_NO_NEW_PRIVS = 38;
    public const int PR_SET_THP_DISABLE = 41;
    public const int PR_SET_PDEATHSIG = 1;
#pragma warning restore CS1591

    /// <summary>PR_SET_MEMORY_MERGE of linux/prctl.h since Linux 6.4: merge equal pages of the whole process.</summary>
    public const int MemoryMerge = 67;

    // KCMP_VM of linux/kcmp.h, RLIMIT_CORE, RLIMIT_NOFILE and RLIMIT_AS of sys/resource.h.
    private const int CompareMemory = 1, CoreLimit = 4, OpenFilesLimit = 7, AddressSpaceLimit = 9;

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static partial int Limit(int process, int resource, ulong* next, ulong* previous);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    private static partial nint SetHandler(int signal, nint handler);

    /// <summary>Whether two tasks share their memory; null when one of them is gone.</summary>
    public static bool? ShareMemory(int first, int second)
    {
        nint result = SystemCall.Invoke(SystemCallNumber.SYS_kcmp, first, second, CompareMemory);
        return result < 0 ? null : result == 0;
    }

    /// <summary>Sets an attribute of the calling thread or process (prctl(2)).</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void SetProcessControl(int option, nuint value) => Errno.Check(Control(option, value, 0, 0, 0), "prctl");

    /// <summary>Sets the limit on core dumps, hard and soft, in bytes.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void LimitCoreDumps(ulong bytes)
    {
        // SAFETY: struct rlimit is two words, soft and hard, which the kernel reads in this frame.
        ulong* limit = stackalloc ulong[2] { bytes, bytes };
        Errno.Check(Limit(0, CoreLimit, limit, null), "prlimit RLIMIT_CORE");
    }

    /// <summary>How many files this process may have open.</summary>
    public static ulong MostOpenFiles()
    {
        // SAFETY: struct rlimit is two words, soft and hard, which the kernel writes in this frame.
        ulong* limit = stackalloc ulong[2];
        Errno.Check(Limit(0, OpenFilesLimit, null, limit), "prlimit RLIMIT_NOFILE");
        return limit[0];
    }

    /// <summary>Sets a limit of another process; does nothing when it is gone or that is not permitted.</summary>
    internal static void TrySetLimit(int process, ResourceLimit limit)
    {
        // SAFETY: struct rlimit is two words, soft and hard, which the kernel reads in this frame.
        ulong* values = stackalloc ulong[2] { limit.Soft, limit.Hard };
        _ = Limit(process, limit.Resource, values, null);
    }

    /// <summary>How many bytes a process may map at most; <see cref="ulong.MaxValue"/> when there is no limit, 0 when it is gone.</summary>
    public static ulong AddressSpaceOf(int process)
    {
        // SAFETY: struct rlimit is two words, soft and hard, which the kernel writes in this frame.
        ulong* limit = stackalloc ulong[2];
        return Limit(process, AddressSpaceLimit, null, limit) < 0 ? 0 : limit[0];
    }

    /// <summary>Restores a signal's default action.</summary>
    public static void RestoreDefault(int signal) => SetHandler(signal, 0);

    /// <summary>Duplicates a descriptor of another process (pidfd_getfd(2), since Linux 5.6).</summary>
    /// <exception cref="LinuxException">Not permitted, or no such descriptor.</exception>
    public static Descriptor TakeDescriptor(int process, int number)
    {
        using var pid = new Descriptor((int)Errno.Check(SystemCall.Invoke(SystemCallNumber.SYS_pidfd_open, process), "pidfd_open"));
        return new Descriptor((int)Errno.Check(SystemCall.Invoke(SystemCallNumber.SYS_pidfd_getfd, pid.Number, number), "pidfd_getfd"));
    }

    /// <summary>Sends a signal; false when the process is gone or may not get it.</summary>
    public static bool TrySignal(int process, int signal) => ProcessCalls.Kill(process, signal) == 0;

    /// <summary>Whether a task is a thread of that process.</summary>
    public static bool IsThreadOf(int process, int task) => SystemCall.Invoke(SystemCallNumber.SYS_tgkill, process, task, 0) == 0;
}
