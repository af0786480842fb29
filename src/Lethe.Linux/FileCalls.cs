using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Constants and calls of <c>fcntl.h</c> and <c>unistd.h</c> that .NET's own file classes lack.</summary>
[CHeader("fcntl.h")]
internal static partial class FileCalls
{
    /// <summary>Open for reading.</summary>
    public const int O_RDONLY = 0;

    /// <summary>Open for reading and writing.</summary>
    public const int O_RDWR = 2;

    /// <summary>Only the place in the file system; neither read nor written.</summary>
    public const int O_PATH = 0x200000;

    /// <summary>The bits for reading, writing or both.</summary>
    public const int O_ACCMODE = 3;

    /// <summary>Open for writing only.</summary>
    public const int O_WRONLY = 1;

    /// <summary>Create the file if it is not there.</summary>
    public const int O_CREAT = 0x40;

    /// <summary>Truncate the file to 0 bytes first.</summary>
    public const int O_TRUNC = 0x200;

    /// <summary>Do not make a terminal the controlling one.</summary>
    public const int O_NOCTTY = 0x100;

    /// <summary>Return at once when nothing is ready.</summary>
    public const int O_NONBLOCK = 0x800;

    /// <summary>Close the descriptor when another program is executed.</summary>
    public const int O_CLOEXEC = 0x80000;

    /// <summary>Fail when the last part of the path is a symbolic link.</summary>
    public const int O_NOFOLLOW = 0x20000;

    /// <summary>Fail when the path is not a directory.</summary>
    public const int O_DIRECTORY = 0x10000;

    /// <summary>Bypass the page cache; buffers, offsets and lengths must be whole blocks.</summary>
    public const int O_DIRECT = 0x4000;

    /// <summary>Offsets of 64 bits. Needed where the C library does not add it.</summary>
    internal const int O_LARGEFILE = 0x8000;

    /// <summary>Duplicate a descriptor, close-on-exec, with a lowest number.</summary>
    public const int F_DUPFD_CLOEXEC = 1030;

    /// <summary>Set a pipe's capacity, in bytes.</summary>
    public const int F_SETPIPE_SZ = 1031;

    /// <summary>Take or give back a lease, which is refused while others have the file open.</summary>
    public const int F_SETLEASE = 1024;

    /// <summary>A lease against every other opener.</summary>
    public const int F_WRLCK = 1;

    /// <summary>No lease.</summary>
    public const int F_UNLCK = 2;

    /// <summary>Drop a file's clean pages from the page cache.</summary>
    public const int POSIX_FADV_DONTNEED = 4;

    /// <summary>Seek from the file's end.</summary>
    public const int SEEK_END = 2;

    /// <summary>Seek to the next range that holds data.</summary>
    public const int SEEK_DATA = 3;

    /// <summary>Seek to the next hole.</summary>
    public const int SEEK_HOLE = 4;

    /// <summary>Whether it may be written.</summary>
    public const int W_OK = 2;

    [LibraryImport("libc", EntryPoint = "euidaccess", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AccessAsNow(string path, int kind);

    /// <summary>Whether this process may write to a file or directory, as the kernel would decide.</summary>
    public static bool MayWrite(string path) => AccessAsNow(path, W_OK) == 0;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, uint mode);

    /// <summary>Read the descriptor flags.</summary>
    public const int F_GETFD = 1;

    /// <summary>Set the descriptor flags.</summary>
    public const int F_SETFD = 2;

    /// <summary>The descriptor flag: close it when another program is executed.</summary>
    public const int FD_CLOEXEC = 1;

    /// <summary>Read the flags of the open file.</summary>
    public const int F_GETFL = 3;

    /// <summary>Closes a descriptor of this process, if it is open, when another program is executed.</summary>
    public static void CloseOnExecute(int descriptor) => _ = Control(descriptor, F_SETFD, FD_CLOEXEC);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static unsafe partial nint Read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    internal static unsafe partial nint ReadAt(int descriptor, void* buffer, nuint length, long offset);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static unsafe partial nint Write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    internal static unsafe partial nint WriteAt(int descriptor, void* buffer, nuint length, long offset);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(int descriptor, long length);

    [LibraryImport("libc", EntryPoint = "truncate", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int TruncatePath(string path, long length);

    /// <summary>Truncates or extends a file, given by its path, to a length in bytes.</summary>
    /// <exception cref="LinuxException">No such file, or not permitted.</exception>
    public static void SetLength(string path, long length) => Errno.Check(TruncatePath(path, length), "truncate", path);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Synchronise(int descriptor);

    [LibraryImport("libc", EntryPoint = "sync")]
    internal static partial void SynchroniseAll();

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    internal static partial int AdviseFile(int descriptor, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    internal static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    internal static unsafe partial int Pipe(int* descriptors, int flags);
}
