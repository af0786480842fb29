using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>A System V shared memory segment; it outlives its processes until it is removed.</summary>
[CHeader("sys/shm.h")]
public static partial class SharedMemorySegment
{
    /// <summary>A key that is never shared.</summary>
    public const int IPC_PRIVATE = 0;

    /// <summary>Make a new segment.</summary>
    public const int IPC_CREAT = 512;

    /// <summary>Remove the segment when the last process detaches.</summary>
    public const int IPC_RMID = 0;

    [LibraryImport("libc", EntryPoint = "shmget", SetLastError = true)]
    private static partial int Get(int key, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "shmat", SetLastError = true)]
    private static unsafe partial void* AttachAt(int id, void* address, int flags);

    [LibraryImport("libc", EntryPoint = "shmctl", SetLastError = true)]
    private static unsafe partial int Control(int id, int command, void* buffer);

    /// <summary>Makes a private segment of so many bytes.</summary>
    /// <exception cref="LinuxException">No memory.</exception>
    public static int Create(long length) => Errno.Check(Get(IPC_PRIVATE, (nuint)length, IPC_CREAT | 0x180), "shmget");

    /// <summary>Maps a segment into this process until the process ends.</summary>
    /// <exception cref="LinuxException">No such segment.</exception>
    public static unsafe Span<byte> Attach(int id, int length)
    {
        void* address = AttachAt(id, null, 0);
        Errno.Check((nint)address, "shmat");
        return new Span<byte>(address, length);
    }

    /// <summary>Removes a segment.</summary>
    /// <exception cref="LinuxException">No such segment.</exception>
    public static unsafe void Remove(int id) => Errno.Check(Control(id, IPC_RMID, null), "shmctl IPC_RMID");
}
