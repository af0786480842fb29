using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>How the calling thread is scheduled, and whether this process's memory stays in RAM.</summary>
[CHeader("sched.h")]
internal static unsafe partial class Scheduling
{
    /// <summary>Real time: runs before all ordinary threads until it sleeps.</summary>
    public const int SCHED_FIFO = 1;

    /// <summary>What the thread starts is not real-time.</summary>
    public const int SCHED_RESET_ON_FORK = 0x40000000;

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int task, int policy, int* priority);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int SetSignalMask(int how, void* next, void* previous);

    // SIG_SETMASK of signal.h; a signal set has 128 bytes.
    private const int SetMask = 2, SetSize = 128;

    /// <summary>Runs an action with all signals blocked in the calling thread.</summary>
    public static void WithoutSignals(Action act)
    {
        // SAFETY: both sets have the size of sigset_t, and are in this frame.
        byte* all = stackalloc byte[SetSize];
        byte* before = stackalloc byte[SetSize];
        new Span<byte>(all, SetSize).Fill(0xff);
        _ = SetSignalMask(SetMask, all, before);
        try
        {
            act();
        }
        finally
        {
            _ = SetSignalMask(SetMask, before, null);
        }
    }

    /// <summary>Sleeps for less than the millisecond that .NET rounds to.</summary>
    public static void SleepMicroseconds(int microseconds) => _ = Sleep((uint)microseconds);

    /// <summary>Makes the calling thread a real-time one of the lowest priority.</summary>
    /// <returns>False when that is not permitted.</returns>
    public static bool TryBecomeRealTime()
    {
        // SAFETY: struct sched_param is one int, which the kernel reads in this frame.
        int priority = 1;
        return SetScheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority) == 0;
    }

    /// <summary>Keeps every page this process has or will touch in RAM.</summary>
    /// <returns>False when that is not permitted.</returns>
    public static bool TryLockMemory() =>
        MemoryCalls.LockAll(MemoryCalls.MCL_CURRENT | MemoryCalls.MCL_FUTURE | MemoryCalls.MCL_ONFAULT) == 0;
}
