using Lethe.Disposal.Launching;
using Lethe.Disposal.Tracing;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Tests.Disposal;

/// <summary>What the filter answers to each call, by running its program as the kernel would.</summary>
public sealed class WorkloadFilterTests
{
    private const uint CloneUntraced = 0x00800000, CloneVirtualMemory = 0x100;
    private static readonly uint[] Nothing = new uint[6];

    [Fact]
    public void A_child_that_no_tracer_sees_is_refused_and_others_are_not()
    {
        SeccompFilter filter = WorkloadFilter.Of(strict: false, MemfdPolicy.Keep, traced: true);
        Assert.Equal(SeccompFilter.Refuse(Errno.EPERM), Ask(filter, SystemCallNumber.SYS_clone, 0, CloneUntraced | CloneVirtualMemory));
        Assert.Equal(SeccompFilter.SECCOMP_RET_ALLOW, Ask(filter, SystemCallNumber.SYS_clone, 0, CloneVirtualMemory));
        Assert.Equal(SeccompFilter.Refuse(Errno.ENOSYS), Ask(filter, SystemCallNumber.SYS_clone3));
        Assert.Equal(
            SeccompFilter.Refuse(Errno.EPERM),
            filter.Decide(SeccompFilter.AuditArchI386, WorkloadFilter.Clone32, [CloneUntraced, 0, 0, 0, 0, 0])
        );
    }

    [Fact]
    public void Programs_are_stopped_for_the_tracer_in_both_architectures()
    {
        SeccompFilter filter = WorkloadFilter.Of(strict: false, MemfdPolicy.Keep, traced: true);
        Assert.Equal(SeccompFilter.Trace(StopReason.Execute), Ask(filter, SystemCallNumber.SYS_execve));
        Assert.Equal(SeccompFilter.Trace(StopReason.Execute), Ask(filter, SystemCallNumber.SYS_execveat));
        Assert.Equal(
            SeccompFilter.Trace(StopReason.Execute),
            filter.Decide(SeccompFilter.AuditArchI386, WorkloadFilter.Execute32, Nothing)
        );
        Assert.Equal(
            SeccompFilter.Trace(StopReason.Execute),
            filter.Decide(SeccompFilter.AuditArchI386, WorkloadFilter.Execute32At, Nothing)
        );
    }

    [Fact]
    public void Memory_that_is_given_back_stops_only_when_strict()
    {
        SeccompFilter strict = WorkloadFilter.Of(strict: true, MemfdPolicy.Keep, traced: true),
            loose = WorkloadFilter.Of(strict: false, MemfdPolicy.Keep, traced: true);
        foreach ((int call, int argument, uint value, int reason) in new (int, int, uint, int)[]
        {
            (SystemCallNumber.SYS_munmap, 0, 0, StopReason.Unmap),
            (SystemCallNumber.SYS_brk, 0, 0, StopReason.Break),
            (SystemCallNumber.SYS_mremap, 0, 0, StopReason.Remap),
            (SystemCallNumber.SYS_mmap, 3, MemoryCalls.MAP_FIXED | MemoryCalls.MAP_PRIVATE, StopReason.MapOver),
            (SystemCallNumber.SYS_madvise, 2, MemoryCalls.MADV_DONTNEED, StopReason.Advise),
            (SystemCallNumber.SYS_madvise, 2, MemoryCalls.MADV_FREE, StopReason.Advise),
            (SystemCallNumber.SYS_madvise, 2, MemoryCalls.MADV_DONTNEED_LOCKED, StopReason.Advise),
        })
        {
            Assert.Equal(SeccompFilter.Trace(reason), Ask(strict, call, argument, value));
            Assert.Equal(SeccompFilter.SECCOMP_RET_ALLOW, Ask(loose, call, argument, value));
        }

        Assert.Equal(SeccompFilter.Trace(StopReason.Advise), Ask(strict, SystemCallNumber.SYS_madvise, 2, WorkloadFilter.InstallGuard));
        Assert.Equal(SeccompFilter.SECCOMP_RET_ALLOW, Ask(strict, SystemCallNumber.SYS_mmap, 3, MemoryCalls.MAP_PRIVATE));
        Assert.Equal(SeccompFilter.SECCOMP_RET_ALLOW, Ask(strict, SystemCallNumber.SYS_madvise, 2, MemoryCalls.MADV_NOHUGEPAGE));
    }

    [Fact]
    public void What_frees_parts_of_objects_and_what_is_mounted_stops_always()
    {
        SeccompFilter filter = WorkloadFilter.Of(strict: false, MemfdPolicy.Keep, traced: true);
        Assert.Equal(SeccompFilter.Trace(StopReason.TruncatePath), Ask(filter, SystemCallNumber.SYS_truncate));
        Assert.Equal(SeccompFilter.Trace(StopReason.RemoveShared), Ask(filter, SystemCallNumber.SYS_madvise, 2, MemoryCalls.MADV_REMOVE));
        Assert.Equal(SeccompFilter.Trace(StopReason.Mount), Ask(filter, SystemCallNumber.SYS_mount));
        Assert.Equal(SeccompFilter.Trace(StopReason.OpenFileSystem), Ask(filter, SystemCallNumber.SYS_fsopen));
        Assert.Equal(SeccompFilter.Trace(StopReason.Unmount), Ask(filter, SystemCallNumber.SYS_umount2));
        Assert.Equal(SeccompFilter.Trace(StopReason.NewMounts), Ask(filter, SystemCallNumber.SYS_unshare, 0, Namespaces.CLONE_NEWNS));
        Assert.Equal(SeccompFilter.Trace(StopReason.NewMounts), Ask(filter, SystemCallNumber.SYS_clone, 0, Namespaces.CLONE_NEWNS));
        Assert.Equal(SeccompFilter.SECCOMP_RET_ALLOW, Ask(filter, SystemCallNumber.SYS_unshare, 0, Namespaces.CLONE_NEWIPC));
    }

    [Fact]
    public void What_no_stop_could_see_is_refused_when_strict()
    {
        SeccompFilter strict = WorkloadFilter.Of(strict: true, MemfdPolicy.Keep, traced: true);
        Assert.Equal(SeccompFilter.Refuse(Errno.ENOSYS), Ask(strict, SystemCallNumber.SYS_io_uring_setup));
        Assert.Equal(SeccompFilter.Refuse(Errno.ENOSYS), Ask(strict, SystemCallNumber.SYS_process_madvise));
        Assert.Equal(SeccompFilter.Refuse(Errno.EINVAL), Ask(strict, SystemCallNumber.SYS_madvise, 2, WorkloadFilter.Collapse));
        Assert.Equal(SeccompFilter.Refuse(Errno.EINVAL), Ask(strict, SystemCallNumber.SYS_shmat, 2, WorkloadFilter.SegmentRemap));
        Assert.Equal(SeccompFilter.Refuse(Errno.ENOSYS), strict.Decide(SeccompFilter.AuditArchI386, 91, Nothing));
        Assert.Equal(SeccompFilter.Refuse(Errno.ENOSYS), strict.Decide(SeccompFilter.AuditArchX8664, 0x40000000 + 11, Nothing));
        Assert.Equal(SeccompFilter.Refuse(Errno.ENOSYS), strict.Decide(0xC00000B7, 215, Nothing));
    }

    [Theory]
    [InlineData(MemfdPolicy.Keep, SeccompFilter.SECCOMP_RET_USER_NOTIF)]
    [InlineData(MemfdPolicy.Deny, SeccompFilter.SECCOMP_RET_ERRNO | Errno.ENOSYS)]
    [InlineData(MemfdPolicy.Allow, SeccompFilter.SECCOMP_RET_ALLOW)]
    public void Memory_files_are_made_by_lethe_refused_or_allowed(MemfdPolicy policy, uint answer)
    {
        SeccompFilter filter = WorkloadFilter.Of(strict: false, policy, traced: true);
        Assert.Equal(answer, Ask(filter, SystemCallNumber.SYS_memfd_create));
        Assert.Equal(answer, filter.Decide(SeccompFilter.AuditArchI386, WorkloadFilter.MemoryFile32, Nothing));
    }

    [Fact]
    public void Pages_are_not_merged_with_others()
    {
        SeccompFilter filter = WorkloadFilter.Of(strict: true, MemfdPolicy.Keep, traced: true);
        Assert.Equal(SeccompFilter.Refuse(Errno.EINVAL), Ask(filter, SystemCallNumber.SYS_madvise, 2, MemoryCalls.MADV_MERGEABLE));
        Assert.Equal(SeccompFilter.Refuse(Errno.EINVAL), Ask(filter, SystemCallNumber.SYS_prctl, 0, TaskCalls.MemoryMerge));
    }

    private static uint Ask(SeccompFilter filter, int call, int argument = 0, uint value = 0)
    {
        uint[] arguments = new uint[6];
        arguments[argument] = value;
        return filter.Decide(SeccompFilter.AuditArchX8664, (uint)call, arguments);
    }
}
