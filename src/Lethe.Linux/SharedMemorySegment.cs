using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>A System V shared memory segment. It outlives its processes until it is removed.</summary>
[CHeader("sys/shm.h")]
internal static partial class SharedMemorySegment
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

    /// <summary>Creates a private segment, with its length in bytes.</summary>
    /// <exception cref="LinuxException">No memory.</exception>
    public static int Create(long length) => Errno.Check(Get(IPC_PRIVATE, (nuint)length, IPC_CREAT | 0x180), "shmget");

    /// <summary>Maps a segment into this process until the process ends.</summary>
    /// <exception cref="LinuxException">No such segment.</exception>
    public static unsafe Span<byte> Attach(int id, int length)
    {
        // SAFETY: what is attached stays mapped until the process ends. Not checked here: that the segment has this many bytes.
        // SysvSharedMemoryPlant, the only caller, has created it with this length.
        void* address = AttachAt(id, null, 0);
        Errno.Check((nint)address, "shmat");
        return new Span<byte>(address, length);
    }

    /// <exception cref="LinuxException">No such segment.</exception>
    // SAFETY: removing takes no buffer (shmctl(2)).
    public static unsafe void Remove(int id) => Errno.Check(Control(id, IPC_RMID, null), "shmctl IPC_RMID");

    [LibraryImport("libc", EntryPoint = "shmdt", SetLastError = true)]
    private static unsafe partial int Detach(void* address);

    /// <summary>
    /// All segments of the calling thread's IPC namespace (/proc/sysvipc/shm: key, id, permissions, size, creator, last user, attached,
    /// ...).
    /// </summary>
    public static IReadOnlyList<SegmentState> All()
    {
        // The file shows the namespace of the task that opens it.
        string[] lines = File.ReadAllLines("/proc/sysvipc/shm");
        return [.. lines.Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(words =>
            new SegmentState(int.Parse(words[1]), long.Parse(words[3]), int.Parse(words[6])))];
    }

    /// <summary>Overwrites the touched parts of a segment with zeros.</summary>
    /// <returns>Bytes overwritten.</returns>
    /// <exception cref="LinuxException">No such segment.</exception>
    public static unsafe long Overwrite(SegmentState segment)
    {
        byte* address = (byte*)AttachAt(segment.Id, null, 0);
        Errno.Check((nint)address, "shmat");
        try
        {
            // Writing to untouched parts would allocate memory for them. The segment is a file, so its data ranges are known.
            long page = Environment.SystemPageSize, end = (long)address + (segment.Bytes + page - 1) / page * page, overwritten = 0;
            using Descriptor file = Descriptor.Open($"/proc/self/map_files/{(long)address:x}-{end:x}", FileCalls.O_RDONLY);
            foreach ((long offset, long length) in file.DataRanges(segment.Bytes))
            {
                // SAFETY: the file was opened by these addresses, so they are one mapping, and it is all of the segment (do_shmat of
                // ipc/shm.c); data ranges end where the segment does.
                NativeMemory.Clear(address + offset, (nuint)length);
                overwritten += length;
            }

            return overwritten;
        }
        finally
        {
            Errno.Check(Detach(address), "shmdt");
        }
    }
}

/// <summary>What the kernel's list says of a System V segment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Bytes">Its size, in bytes.</param>
/// <param name="Attached">How many times it is mapped.</param>
internal sealed record SegmentState(int Id, long Bytes, int Attached);
