using System.Text.RegularExpressions;

namespace Lethe.Tests.Cli;

/// <summary>
/// The system calls that change no file, device, mount, control group, setting or other process. Whatever is not listed is
/// taken for one that does.
/// </summary>
internal static class HarmlessCalls
{
    // Of the process itself: its memory, threads, signals, descriptors and clocks, and what it is.
    private static readonly HashSet<string> Own =
    [
        "arch_prctl", "brk", "clock_gettime", "clock_nanosleep", "close", "close_range", "dup", "dup2", "dup3", "eventfd2",
        "exit", "exit_group", "futex", "get_mempolicy", "getcwd", "getegid", "geteuid", "getgid", "getpid", "getppid",
        "getrandom", "gettid", "getuid", "lseek", "madvise", "membarrier", "memfd_create", "mprotect", "munmap", "pipe2", "poll",
        "ppoll", "restart_syscall", "rseq", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_getaffinity", "sched_yield",
        "set_robust_list", "set_tid_address", "sigaltstack", "sysinfo", "uname", "wait4",
    ];

    // Of files and directories, by name or descriptor.
    private static readonly HashSet<string> Reading =
    [
        "access", "faccessat", "faccessat2", "fadvise64", "fstat", "fstatfs", "getdents64", "lstat", "newfstatat", "pread64",
        "preadv", "read", "readlink", "readlinkat", "stat", "statfs", "statx",
    ];

    // What blkid asks a device, and whoever writes to a terminal asks that.
    private static readonly string[] ReadingControls =
    [
        "BLKALIGNOFF", "BLKGETDISKSEQ", "BLKGETSIZE64", "BLKGETZONESZ", "BLKIOMIN", "BLKIOOPT", "BLKPBSZGET", "BLKSSZGET",
        "CDROM_GET_CAPABILITY", "CDROM_LAST_WRITTEN", "FDGETFDCSTAT", "IOC_OPAL_GET_STATUS", "TCGETS", "TIOCGWINSZ",
    ];

    private static readonly string[] SafeDevices = ["/dev/null", "/dev/urandom", "/dev/random"];

    /// <summary>Whether it changes nothing.</summary>
    /// <param name="call">The call.</param>
    /// <param name="program">The lethe file.</param>
    /// <param name="device">A block device that may be read; null for none.</param>
    public static bool Has(TracedCall call, string program, string? device) => call switch
    {
        _ when Own.Contains(call.Name) || Reading.Contains(call.Name) => true,
        { Name: "open" or "openat" or "openat2" } => Reads(call.Arguments, device),
        // To whoever started it, to its own threads and children, and to memory that nobody else has.
        { Name: "write" or "writev" or "pwrite64" or "ftruncate" or "fallocate" } => OfItsOwn(call.Arguments),
        { Name: "mmap" } => !(Has(call, "MAP_SHARED") && Has(call, "PROT_WRITE")) || Has(call, "/memfd:") || Has(call, "MAP_ANONYMOUS"),
        { Name: "clone" or "clone3" or "vfork" } => !Has(call, "CLONE_NEW"),
        { Name: "execve" } => IsFirst(call, program) || IsFirst(call, "/sbin/blkid"),
        { Name: "fcntl" } => HasAny(call, "F_GETFD", "F_SETFD", "F_DUPFD", "F_GETFL"),
        { Name: "ioctl" } => HasAny(call, ReadingControls),
        // A lock that lets all others read, on what no program locks; .NET takes one of every file it reads.
        { Name: "flock" } => Regex.IsMatch(call.Arguments, @"^\d+</(proc/|sys/|memfd:)") && HasAny(call, "LOCK_SH", "LOCK_UN"),
        { Name: "prlimit64" } => call.Arguments.StartsWith("0, ", StringComparison.Ordinal),
        { Name: "prctl" } => HasAny(call, "PR_SET_NAME", "PR_SET_VMA", "PR_CAPBSET_READ", "PR_GET_"),
        { Name: "syslog" } => HasAny(call, "SYSLOG_ACTION_READ_ALL", "SYSLOG_ACTION_SIZE_BUFFER"),
        _ => false,
    };

    private static bool Reads(string arguments, string? device)
    {
        string path = Regex.Match(arguments, "\"([^\"]*)\"").Groups[1].Value;
        if (path == "/dev/null") return true;
        bool opensDevice = path.StartsWith("/dev/", StringComparison.Ordinal) && !SafeDevices.Contains(path) && path != device;
        return !opensDevice && !Regex.IsMatch(arguments, "O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)");
    }

    private static bool OfItsOwn(string arguments) => Regex.IsMatch(arguments, @"^\d+<(pipe:|anon_inode:\[eventfd\]|/memfd:)");

    private static bool IsFirst(TracedCall call, string path) => call.Arguments.StartsWith($"\"{path}\"", StringComparison.Ordinal);

    private static bool HasAny(TracedCall call, params string[] words) => words.Any(word => Has(call, word));

    private static bool Has(TracedCall call, string word) => call.Arguments.Contains(word, StringComparison.Ordinal);
}
