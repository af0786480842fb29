using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>A System V message queue of this process; removed when disposed.</summary>
[CHeader("sys/msg.h")]
internal sealed partial class SysvMessages : IDisposable
{
    /// <summary>Do not wait for room.</summary>
    public const int IPC_NOWAIT = 0x800;

    private int id;

    [LibraryImport("libc", EntryPoint = "msgget", SetLastError = true)]
    private static partial int Get(int key, int flags);

    [LibraryImport("libc", EntryPoint = "msgsnd", SetLastError = true)]
    private static unsafe partial int SendMessage(int queue, void* message, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "msgctl", SetLastError = true)]
    private static unsafe partial int Control(int queue, int command, void* buffer);

    /// <summary>Creates a queue that no other process can find by a key.</summary>
    /// <exception cref="LinuxException">No more queues.</exception>
    public SysvMessages() => id = Errno.Check(Get(SharedMemorySegment.IPC_PRIVATE, SharedMemorySegment.IPC_CREAT | 0x180), "msgget");

    /// <summary>Sends a message of zero bytes.</summary>
    /// <param name="length">Bytes, at most <c>/proc/sys/kernel/msgmax</c> and 8192.</param>
    /// <returns>False when the queue is full.</returns>
    /// <exception cref="LinuxException">The kernel refused for another reason.</exception>
    public unsafe bool TrySendZeros(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 8192);
        // SAFETY: struct msgbuf is a long above zero and then the text, which has the length passed.
        byte* message = stackalloc byte[sizeof(long) + length];
        new Span<byte>(message, sizeof(long) + length).Clear();
        *(long*)message = 1;
        if (SendMessage(id, message, (nuint)length, IPC_NOWAIT) == 0) return true;
        return Marshal.GetLastPInvokeError() == Errno.EAGAIN ? false : throw new LinuxException(Marshal.GetLastPInvokeError(), "msgsnd");
    }

    /// <inheritdoc/>
    public unsafe void Dispose()
    {
        // SAFETY: removing takes no buffer (msgctl(2)).
        if (id < 0) return;
        _ = Control(id, SharedMemorySegment.IPC_RMID, null);
        id = -1;
    }
}
