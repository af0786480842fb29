using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>
/// Reading and writing another process's memory (process_vm_writev(2), proc_pid_mem(5)). Errors are returned, not thrown: the process
/// may be gone.
/// </summary>
internal static unsafe partial class ProcessMemory
{
    /// <summary>The most ranges one call takes (UIO_MAXIOV of linux/uio.h).</summary>
    public const int MostRanges = 1024;

    [LibraryImport("libc", EntryPoint = "process_vm_writev", SetLastError = true)]
    private static partial nint WriteVector(
        int process,
        MemoryVector* local,
        nuint localCount,
        MemoryVector* remote,
        nuint remoteCount,
        nuint flags
    );

    [LibraryImport("libc", EntryPoint = "process_vm_readv", SetLastError = true)]
    private static partial nint ReadVector(
        int process,
        MemoryVector* local,
        nuint localCount,
        MemoryVector* remote,
        nuint remoteCount,
        nuint flags
    );

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static partial nint WriteAt(int descriptor, void* buffer, nuint length, long offset);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint ReadAt(int descriptor, void* buffer, nuint length, long offset);

    /// <summary>Writes ranges of this process into ranges of another.</summary>
    /// <returns>Bytes written, possibly fewer than asked; negative when nothing was.</returns>
    // SAFETY: both lists have as many ranges as the caller passes. Each local one is memory of its own that it keeps mapped. The remote
    // ones are not this process's.
    public static long Write(int process, MemoryVector* local, int localCount, MemoryVector* remote, int remoteCount) =>
        WriteVector(process, local, (nuint)localCount, remote, (nuint)remoteCount, 0);

    /// <summary>Reads ranges of another process into ranges of this one.</summary>
    /// <returns>Bytes read, possibly fewer than asked; negative when nothing was.</returns>
    // SAFETY: both lists have as many ranges as the caller passes. Each local one is memory of its own, which may be written. The remote
    // ones are not this process's.
    public static long Read(int process, MemoryVector* local, int localCount, MemoryVector* remote, int remoteCount) =>
        ReadVector(process, local, (nuint)localCount, remote, (nuint)remoteCount, 0);

    /// <summary>Writes at an offset of a file, <c>/proc/PID/mem</c> for example.</summary>
    /// <returns>Bytes written; negative when nothing was.</returns>
    // SAFETY: the caller's buffer has this many bytes, and the kernel only reads them.
    public static long Write(Descriptor file, void* buffer, long length, ulong offset) =>
        WriteAt(file.Number, buffer, (nuint)length, (long)offset);

    /// <summary>Reads at an offset of a file.</summary>
    /// <returns>Bytes read; negative when nothing was.</returns>
    // SAFETY: the caller's buffer has room for this many bytes, and the kernel writes no more.
    public static long Read(Descriptor file, void* buffer, long length, ulong offset) =>
        ReadAt(file.Number, buffer, (nuint)length, (long)offset);
}

/// <summary>A range of memory (struct iovec of sys/uio.h).</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Length">Bytes.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct MemoryVector(ulong Start, ulong Length);
