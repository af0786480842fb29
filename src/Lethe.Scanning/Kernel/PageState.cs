namespace Lethe.Scanning.Kernel;

/// <summary>What a physical page is at one moment.</summary>
public enum PageState
{
    /// <summary>The state could not be found out.</summary>
    Unknown,

    /// <summary>Free, in the buddy allocator's lists.</summary>
    Free,

    /// <summary>
    /// Free, on a processor's own list. In memory that is in use, also pages after the first of a larger kernel allocation.
    /// </summary>
    FreePerCpu,

    /// <summary>Anonymous memory of a process.</summary>
    Anonymous,

    /// <summary>Cached file data.</summary>
    PageCache,

    /// <summary>tmpfs, memfd, POSIX and SysV shared memory.</summary>
    SharedMemory,

    /// <summary>Kernel objects.</summary>
    Slab,

    /// <summary>In the huge page pool, used or free.</summary>
    HugePage,

    /// <summary>Page tables.</summary>
    PageTable,

    /// <summary>Never given to the page allocator.</summary>
    Reserved,

    /// <summary>Allocated by the kernel for something else: pipes, sockets, zram, maps.</summary>
    Other,
}
