using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>How the calling thread is scheduled, and whether this process's memory stays in RAM.</summary>
[CHeader("sched.h")]
public static unsafe partial class Scheduling
{
    /// <summary>Real time: runs before all ordinary threads until it sleeps.</summary>
    public const int SCHED_FIFO = 1;

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int task, int policy, int* priority);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);

    /// <summary>Sleeps for less than the millisecond that .NET rounds to.</summary>
    public static void SleepMicroseconds(int microseconds) => _ = Sleep((uint)microseconds);

    /// <summary>Makes the calling thread a real-time one of the lowest priority.</summary>
    /// <returns>False when that is not permitted.</returns>
    public static bool TryBecomeRealTime()
    {
        int priority = 1;
        return SetScheduler(0, SCHED_FIFO, &priority) == 0;
    }

    /// <summary>Keeps every page this process has or will touch in RAM.</summary>
    /// <returns>False when that is not permitted.</returns>
    public static bool TryLockMemory() =>
        MemoryCalls.LockAll(MemoryCalls.MCL_CURRENT | MemoryCalls.MCL_FUTURE | MemoryCalls.MCL_ONFAULT) == 0;
}
