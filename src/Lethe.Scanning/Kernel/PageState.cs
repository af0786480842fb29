namespace Lethe.Scanning.Kernel;

/// <summary>What a physical page is at the moment of looking.</summary>
public enum PageState
{
    /// <summary>Could not be told.</summary>
    Unknown,

    /// <summary>In the buddy allocator's lists.</summary>
    Free,

    /// <summary>
    /// Free, kept on a processor's own list. Of memory at work, also pages after the first of a larger kernel allocation.
    /// </summary>
    FreePerCpu,

    /// <summary>A process's own memory.</summary>
    Anonymous,

    /// <summary>Cached file data.</summary>
    PageCache,

    /// <summary>tmpfs, memfd, POSIX and SysV shared memory.</summary>
    SharedMemory,

    /// <summary>Kernel objects.</summary>
    Slab,

    /// <summary>The huge page pool, in use or not.</summary>
    HugePage,

    /// <summary>Page tables.</summary>
    PageTable,

    /// <summary>Never given to the allocator.</summary>
    Reserved,

    /// <summary>Allocated by the kernel for something else: pipes, sockets, zram, maps.</summary>
    Other,
}
