namespace Lethe.Linux;

/// <summary>Waiting for the kernel's deferred work: RCU puts it off until no reader is left.</summary>
[CHeader("linux/membarrier.h")]
internal static class Membarrier
{
    /// <summary>Waits for a grace period of the whole system (kernel/sched/membarrier.c calls synchronize_rcu).</summary>
    public const int MEMBARRIER_CMD_GLOBAL = 1;

    /// <summary>Waits for one grace period.</summary>
    /// <returns>False when this kernel does not support the wait (nohz_full).</returns>
    public static bool Await() => SystemCall.Invoke(SystemCallNumber.SYS_membarrier, MEMBARRIER_CMD_GLOBAL) == 0;
}
