using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Constants and calls of <c>sys/mman.h</c>.</summary>
[CHeader("sys/mman.h")]
internal static partial class MemoryCalls
{
    /// <summary>Pages may be read.</summary>
    public const int PROT_READ = 1;

    /// <summary>Pages may be written.</summary>
    public const int PROT_WRITE = 2;

    /// <summary>Changes are shared with other users of the same object.</summary>
    public const int MAP_SHARED = 1;

    /// <summary>Changes stay private (copy on write).</summary>
    public const int MAP_PRIVATE = 2;

    /// <summary>As <see cref="MAP_SHARED"/>, but unknown flags are refused.</summary>
    public const int MAP_SHARED_VALIDATE = 3;

    /// <summary>The bits that hold the kind of mapping: shared or private.</summary>
    public const int MAP_TYPE = 0xf;

    /// <summary>Backed by no file, zero at first.</summary>
    public const int MAP_ANONYMOUS = 0x20;

    /// <summary>Do not count the memory against the system's limit on committed memory.</summary>
    public const int MAP_NORESERVE = 0x4000;

    /// <summary>Allocate the pages at once.</summary>
    public const int MAP_POPULATE = 0x8000;

    /// <summary>From the huge page pool.</summary>
    public const int MAP_HUGETLB = 0x40000;

    /// <summary>Free the pages now; they read as zero afterwards.</summary>
    public const int MADV_DONTNEED = 4;

    /// <summary>The kernel may free the pages when it needs memory.</summary>
    public const int MADV_FREE = 8;

    /// <summary>Do not use transparent huge pages.</summary>
    public const int MADV_NOHUGEPAGE = 15;

    /// <summary>Reclaim the pages now, to swap (since Linux 5.4).</summary>
    public const int MADV_PAGEOUT = 21;

    /// <summary>Free the pages now, locked ones too (since Linux 5.18).</summary>
    public const int MADV_DONTNEED_LOCKED = 24;

    /// <summary>Free the pages of a shared object.</summary>
    public const int MADV_REMOVE = 9;

    /// <summary>Let the kernel merge equal pages.</summary>
    public const int MADV_MERGEABLE = 12;

    /// <summary>Map at this address, over whatever is there.</summary>
    public const int MAP_FIXED = 0x10;

    /// <summary>Move the mapping to a given address, over whatever is there.</summary>
    public const int MREMAP_FIXED = 2;

    /// <summary>Lock what is mapped now.</summary>
    public const int MCL_CURRENT = 1;

    /// <summary>Lock what will be mapped.</summary>
    public const int MCL_FUTURE = 2;

    /// <summary>Lock pages only once they are touched.</summary>
    public const int MCL_ONFAULT = 4;

    /// <summary>Allocate the pages now, as if each were written (since Linux 5.14).</summary>
    public const int MADV_POPULATE_WRITE = 23;

    /// <summary>Close the descriptor when another program is executed.</summary>
    public const uint MFD_CLOEXEC = 1;

    /// <summary>From the huge page pool.</summary>
    public const uint MFD_HUGETLB = 4;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    internal static unsafe partial void* Map(void* address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    internal static unsafe partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    internal static unsafe partial int Advise(void* address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "mlock", SetLastError = true)]
    internal static unsafe partial int Lock(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "munlock", SetLastError = true)]
    internal static unsafe partial int Unlock(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "mlockall", SetLastError = true)]
    internal static partial int LockAll(int flags);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MemoryFileCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "sbrk", SetLastError = true)]
    internal static unsafe partial void* MoveBreak(nint increment);
}
