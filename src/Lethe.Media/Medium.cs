namespace Lethe.Media;

/// <summary>
/// A kind of place where a workload's data can stay after its end: a row of the matrix. Each is declared here and nowhere else.
/// </summary>
public sealed record Medium
{
    /// <summary>Memory of a process: heap, stack, private mappings.</summary>
    public static Medium AnonymousMemory { get; } = new("anonymous-memory", "anonymous memory");

    /// <summary>The RAM of a virtual machine, which is memory of its emulator.</summary>
    public static Medium GuestMemory { get; } = new("guest-memory", "guest memory");

    /// <summary>Pages of files that the kernel caches after they were read or written.</summary>
    public static Medium PageCache { get; } = new("page-cache", "page cache");

    /// <summary>Files in a file system in memory.</summary>
    public static Medium Tmpfs { get; } = new("tmpfs", "tmpfs");

    /// <summary>Objects of shm_open(3), which are files in <c>/dev/shm</c>.</summary>
    public static Medium PosixSharedMemory { get; } = new("posix-shared-memory", "POSIX shared memory");

    /// <summary>Files of memfd_create(2), which have no name in any file system.</summary>
    public static Medium Memfd { get; } = new("memfd", "memfd");

    /// <summary>Files of memfd_secret(2), which even the kernel does not map.</summary>
    public static Medium MemfdSecret { get; } = new("memfd-secret", "memfd_secret");

    /// <summary>Segments of shmget(2).</summary>
    public static Medium SysvSharedMemory { get; } = new("sysv-shared-memory", "SysV shared memory");

    /// <summary>Pages of the huge page pool, which return to it without being cleared.</summary>
    public static Medium HugePagePool { get; } = new("huge-page-pool", "huge page pool");

    /// <summary>Pipes, sockets, terminals, BPF maps, names of files: the kernel's own objects.</summary>
    public static Medium KernelBuffers { get; } = new("kernel-buffers", "kernel buffers");

    /// <summary>Keys of keyctl(2).</summary>
    public static Medium Keyrings { get; } = new("keyring", "keyrings");

    /// <summary>The kernel's log, <c>/dev/kmsg</c>.</summary>
    public static Medium KernelLogs { get; } = new("kernel-log", "kernel log");

    /// <summary>Swap areas on disk.</summary>
    public static Medium Swap { get; } = new("swap", "swap");

    /// <summary>Swap areas in compressed memory.</summary>
    public static Medium Zram { get; } = new("zram", "zram");

    /// <summary>The image of all memory that hibernation writes.</summary>
    public static Medium Hibernation { get; } = new("hibernation", "hibernation image");

    /// <summary>Memory of a crashed process, written to a file or passed to a program.</summary>
    public static Medium CoreDumps { get; } = new("core-dump", "core dumps");

    /// <summary>Logs, journals, and what else programs leave behind in files.</summary>
    public static Medium Logs { get; } = new("logs", "logs and leftovers");

    /// <summary>A workload's temporary files on disk.</summary>
    public static Medium ScratchStorage { get; } = new("scratch-storage", "scratch storage");

    /// <summary>Memory that keeps its content without power.</summary>
    public static Medium PersistentMemory { get; } = new("persistent-memory", "persistent memory");

    /// <summary>Not a place, but the interfaces through which memory can be read.</summary>
    public static Medium WaysToRead { get; } = new("ways-to-read", "ways to read memory");

    /// <summary>Routes that are broken on purpose: none of them may be judged clean. It is no row of the matrix.</summary>
    public static Medium SelfTest { get; } = new("self-test", "self-test: broken on purpose");

    private Medium(string name, string title)
    {
        Name = name;
        Title = title;
    }

    /// <summary>All rows, in the order of the matrix.</summary>
    public static IReadOnlyList<Medium> All { get; } =
    [
        AnonymousMemory,
        GuestMemory,
        PageCache,
        Tmpfs,
        PosixSharedMemory,
        Memfd,
        MemfdSecret,
        SysvSharedMemory,
        HugePagePool,
        KernelBuffers,
        Keyrings,
        KernelLogs,
        Swap,
        Zram,
        Hibernation,
        CoreDumps,
        Logs,
        ScratchStorage,
        PersistentMemory,
        WaysToRead,
    ];

    /// <summary>The name that users write, for example <c>page-cache</c>.</summary>
    public string Name { get; }

    /// <summary>The name that tables show.</summary>
    public string Title { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
