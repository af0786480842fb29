using Lethe.Disposal.Tracing;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Launching;

/// <summary>The seccomp filter of a workload.</summary>
internal static class WorkloadFilter
{
    // linux/sched.h: a child that no tracer sees. sys/shm.h: IPC_RMID. linux/falloc.h: punch a hole.
    private const uint Untraced = 0x00800000, RemoveSegment = 0, PunchHole = 2;

    // linux/mman.h: guard pages in place of what was there (since 6.13), a huge page in place of small ones (since 6.1). bits/shm.h.
    internal const uint InstallGuard = 102, Collapse = 25, SegmentRemap = 0x4000;

    // Numbers of the same calls for 32-bit programs (asm/unistd_32.h), checked by AbiTests.
    internal const int Execute32 = 11, Clone32 = 120, MemoryFile32 = 356, Execute32At = 358, Clone3 = 435;

    /// <summary>The filter.</summary>
    /// <param name="strict">Whether memory that is given back during life stops for the tracer too.</param>
    /// <param name="memfd">What becomes of memory files.</param>
    /// <param name="traced">Whether there is a tracer; without one its stops would fail the calls.</param>
    public static SeccompFilter Of(bool strict, MemfdPolicy memfd, bool traced)
    {
        var rules = new List<SeccompRule>
        {
            // clone3 hides its flags in memory, where no filter sees them; C libraries then use clone.
            new(SystemCallNumber.SYS_clone3, SeccompFilter.Refuse(Errno.ENOSYS)),
            new SeccompRule(SystemCallNumber.SYS_clone, SeccompFilter.Refuse(Errno.EPERM)).WhenAnyBit(0, Untraced),
            // Merged pages would belong to others as well (KSM).
            new SeccompRule(SystemCallNumber.SYS_madvise, SeccompFilter.Refuse(Errno.EINVAL)).WhenEqual(2, MemoryCalls.MADV_MERGEABLE),
            new SeccompRule(SystemCallNumber.SYS_prctl, SeccompFilter.Refuse(Errno.EINVAL)).WhenEqual(0, TaskCalls.MemoryMerge),
        };
        var rules32 = new List<SeccompRule>
        {
            new(Clone3, SeccompFilter.Refuse(Errno.ENOSYS)),
            new SeccompRule(Clone32, SeccompFilter.Refuse(Errno.EPERM)).WhenAnyBit(0, Untraced),
        };
        if (traced)
        {
            rules.AddRange(Always());
            rules32.Add(new(Execute32, SeccompFilter.Trace(StopReason.Execute)));
            rules32.Add(new(Execute32At, SeccompFilter.Trace(StopReason.Execute)));
        }

        if (traced && strict) rules.AddRange(Strict());
        if (memfd != MemfdPolicy.Allow)
        {
            uint answer = memfd == MemfdPolicy.Keep ? SeccompFilter.SECCOMP_RET_USER_NOTIF : SeccompFilter.Refuse(Errno.ENOSYS);
            rules.Add(new(SystemCallNumber.SYS_memfd_create, answer));
            rules32.Add(new(MemoryFile32, answer));
        }

        SeccompFilter filter = new SeccompFilter().For64Bit(rules);
        return (strict ? filter : filter.For32Bit(rules32)).RefuseOthers();
    }

    private static IEnumerable<SeccompRule> Always() =>
    [
        new(SystemCallNumber.SYS_execve, SeccompFilter.Trace(StopReason.Execute)),
        new(SystemCallNumber.SYS_execveat, SeccompFilter.Trace(StopReason.Execute)),
        new(SystemCallNumber.SYS_ptrace, SeccompFilter.Trace(StopReason.Trace)),
        new(SystemCallNumber.SYS_truncate, SeccompFilter.Trace(StopReason.TruncatePath)),
        new(SystemCallNumber.SYS_ftruncate, SeccompFilter.Trace(StopReason.Truncate)),
        new SeccompRule(SystemCallNumber.SYS_madvise, SeccompFilter.Trace(StopReason.RemoveShared)).WhenEqual(2, MemoryCalls.MADV_REMOVE),
        new SeccompRule(SystemCallNumber.SYS_fallocate, SeccompFilter.Trace(StopReason.Punch)).WhenAnyBit(1, PunchHole),
        new(SystemCallNumber.SYS_shmdt, SeccompFilter.Trace(StopReason.DetachSegment)),
        new SeccompRule(SystemCallNumber.SYS_shmctl, SeccompFilter.Trace(StopReason.RemoveSegment)).WhenEqual(1, RemoveSegment),
        new(SystemCallNumber.SYS_mount, SeccompFilter.Trace(StopReason.Mount)),
        new(SystemCallNumber.SYS_fsopen, SeccompFilter.Trace(StopReason.OpenFileSystem)),
        new(SystemCallNumber.SYS_umount2, SeccompFilter.Trace(StopReason.Unmount)),
        new SeccompRule(SystemCallNumber.SYS_unshare, SeccompFilter.Trace(StopReason.NewMounts)).WhenAnyBit(0, Namespaces.CLONE_NEWNS),
        new SeccompRule(SystemCallNumber.SYS_clone, SeccompFilter.Trace(StopReason.NewMounts)).WhenAnyBit(0, Namespaces.CLONE_NEWNS),
    ];

    private static IEnumerable<SeccompRule> Strict() =>
    [
        new(SystemCallNumber.SYS_munmap, SeccompFilter.Trace(StopReason.Unmap)),
        new(SystemCallNumber.SYS_brk, SeccompFilter.Trace(StopReason.Break)),
        new(SystemCallNumber.SYS_mremap, SeccompFilter.Trace(StopReason.Remap)),
        new SeccompRule(SystemCallNumber.SYS_mmap, SeccompFilter.Trace(StopReason.MapOver)).WhenAnyBit(3, MemoryCalls.MAP_FIXED),
        new SeccompRule(SystemCallNumber.SYS_madvise, SeccompFilter.Trace(StopReason.Advise))
            .WhenEqual(2, MemoryCalls.MADV_DONTNEED, MemoryCalls.MADV_FREE, MemoryCalls.MADV_DONTNEED_LOCKED, InstallGuard),
        // Frees the small pages without another word.
        new SeccompRule(SystemCallNumber.SYS_madvise, SeccompFilter.Refuse(Errno.EINVAL)).WhenEqual(2, Collapse),
        new SeccompRule(SystemCallNumber.SYS_shmat, SeccompFilter.Refuse(Errno.EINVAL)).WhenAnyBit(2, SegmentRemap),
        // Can advise on memory of another process than the one that is stopped.
        new(SystemCallNumber.SYS_process_madvise, SeccompFilter.Refuse(Errno.ENOSYS)),
        // Its worker could give memory back without any call of the process.
        new(SystemCallNumber.SYS_io_uring_setup, SeccompFilter.Refuse(Errno.ENOSYS)),
    ];
}
