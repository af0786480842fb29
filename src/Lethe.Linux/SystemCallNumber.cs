namespace Lethe.Linux;

/// <summary>Numbers of x86-64 system calls that have no function in the C library, or that a filter names.</summary>
[CHeader("sys/syscall.h")]
internal static class SystemCallNumber
{
#pragma warning disable CS1591 // The names say it all: each is the call's.
    public const int SYS_mmap = 9;
    public const int SYS_munmap = 11;
    public const int SYS_brk = 12;
    public const int SYS_mremap = 25;
    public const int SYS_madvise = 28;
    public const int SYS_shmat = 30;
    public const int SYS_shmctl = 31;
    public const int SYS_clone = 56;
    public const int SYS_execve = 59;
    public const int SYS_shmdt = 67;
    public const int SYS_truncate = 76;
    public const int SYS_ftruncate = 77;
    public const int SYS_ptrace = 101;
    public const int SYS_prctl = 157;
    public const int SYS_mount = 165;
    public const int SYS_umount2 = 166;
    public const int SYS_getdents64 = 217;
    public const int SYS_tgkill = 234;
    public const int SYS_add_key = 248;
    public const int SYS_keyctl = 250;
    public const int SYS_unshare = 272;
    public const int SYS_fallocate = 285;
    public const int SYS_kcmp = 312;
    public const int SYS_seccomp = 317;
    public const int SYS_memfd_create = 319;
    public const int SYS_bpf = 321;
    public const int SYS_execveat = 322;
    public const int SYS_userfaultfd = 323;
    public const int SYS_membarrier = 324;
    public const int SYS_io_uring_setup = 425;
    public const int SYS_move_mount = 429;
    public const int SYS_fsopen = 430;
    public const int SYS_fsconfig = 431;
    public const int SYS_fsmount = 432;
    public const int SYS_pidfd_open = 434;
    public const int SYS_clone3 = 435;
    public const int SYS_openat2 = 437;
    public const int SYS_pidfd_getfd = 438;
    public const int SYS_process_madvise = 440;
    public const int SYS_mount_setattr = 442;
    public const int SYS_memfd_secret = 447;
#pragma warning restore CS1591
}
