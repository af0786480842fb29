namespace Lethe.Linux;

/// <summary>Waiting until the kernel has finished what it puts off until nobody looks any more (RCU).</summary>
[CHeader("linux/membarrier.h")]
internal static class Membarrier
{
    /// <summary>Waits for a grace period of the whole system (kernel/sched/membarrier.c calls synchronize_rcu).</summary>
    public const int MEMBARRIER_CMD_GLOBAL = 1;

    /// <summary>Waits for one grace period.</summary>
    /// <returns>False when this kernel cannot say (nohz_full).</returns>
    public static bool Await() => SystemCall.Invoke(SystemCallNumber.SYS_membarrier, MEMBARRIER_CMD_GLOBAL) == 0;
}
