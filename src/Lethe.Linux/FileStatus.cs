using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>What the kernel reports about an open file.</summary>
/// <param name="Device">The device number of its file system.</param>
/// <param name="Inode">Its inode number there.</param>
/// <param name="Names">How many names it has; 0 when it was deleted.</param>
/// <param name="Mode">Kind and permissions.</param>
/// <param name="Owner">Its user.</param>
/// <param name="Group">Its group.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Allocated">Bytes that its file system has allocated to it. Fewer than its length where it has holes or is compressed,
/// and 0 for what is no file.</param>
[CHeader("linux/magic.h")]
internal readonly unsafe partial record struct FileStatus(
    ulong Device,
    ulong Inode,
    ulong Names,
    uint Mode,
    uint Owner,
    uint Group,
    long Length,
    long Allocated
)
{
    /// <summary>tmpfs, memfd and shared memory.</summary>
    public const long TMPFS_MAGIC = 0x01021994;

    /// <summary>The huge page pool's file system.</summary>
    public const long HUGETLBFS_MAGIC = 0x958458f6;

    // struct stat and struct statfs of x86-64 are smaller; S_IFMT, S_IFREG, S_IFBLK, S_IFCHR and S_IFDIR of sys/stat.h.
    private const int Room = 256;
    private const uint KindMask = 0xf000, RegularKind = 0x8000, BlockKind = 0x6000, CharacterKind = 0x2000, DirectoryKind = 0x4000;

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int Status(int descriptor, void* status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int ExtendedStatus(int directory, byte* path, int flags, uint mask, void* status);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int SystemStatus(int descriptor, void* status);

    public bool IsRegular => (Mode & KindMask) == RegularKind;

    public bool IsBlockDevice => (Mode & KindMask) == BlockKind;

    public bool IsCharacterDevice => (Mode & KindMask) == CharacterKind;

    public bool IsDirectory => (Mode & KindMask) == DirectoryKind;

    /// <exception cref="LinuxException">fstat failed.</exception>
    public static FileStatus Of(Descriptor file)
    {
        // SAFETY: the buffer is larger than struct stat (AbiTests compares), and the fields lie inside what the kernel has filled.
        byte* status = stackalloc byte[Room];
        Errno.Check(Status(file.Number, status), "fstat");
        // struct stat: device, inode, links, mode, user, group, padding, special device, length, best size to read, blocks of 512 bytes
        // (offsets checked by AbiTests).
        return new FileStatus(
            *(ulong*)status,
            *(ulong*)(status + 8),
            *(ulong*)(status + 16),
            *(uint*)(status + 24),
            *(uint*)(status + 28),
            *(uint*)(status + 32),
            *(long*)(status + 48),
            *(long*)(status + 64) * 512
        );
    }

    /// <summary>
    /// When the file was created, in seconds since 1970 (statx(2)); 0 when its file system does not record it. tmpfs and memfds do since
    /// Linux 5.18.
    /// </summary>
    public static long MadeAt(Descriptor file)
    {
        // AT_EMPTY_PATH of fcntl.h, STATX_BTIME of linux/stat.h, and the offset of that time in struct statx, which begins with its mask.
        const int emptyPath = 0x1000, timeOffset = 80;
        const uint wanted = 0x800;
        byte* status = stackalloc byte[Room];
        byte nothing = 0;
        // SAFETY: an empty path, which is in this frame, means the descriptor itself. The buffer has the 256 bytes of struct statx, and
        // the fields lie inside it.
        return ExtendedStatus(file.Number, &nothing, emptyPath, wanted, status) == 0 && (*(uint*)status & wanted) != 0
            ? *(long*)(status + timeOffset)
            : 0;
    }

    /// <summary>The kind of file system, by its magic number.</summary>
    /// <exception cref="LinuxException">fstatfs failed.</exception>
    public static long FileSystemOf(Descriptor file)
    {
        // SAFETY: the buffer is larger than struct statfs (AbiTests compares), of which the first field is read.
        byte* status = stackalloc byte[Room];
        Errno.Check(SystemStatus(file.Number, status), "fstatfs");
        return *(long*)status;
    }
}
