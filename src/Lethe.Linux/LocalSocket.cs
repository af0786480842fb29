using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>A connected pair of unix stream sockets: one end for this process, one to hand to a child.</summary>
[CHeader("sys/socket.h")]
internal static partial class LocalSocket
{
    /// <summary>Sockets of this machine.</summary>
    public const int AF_UNIX = 1;

    /// <summary>A byte stream.</summary>
    public const int SOCK_STREAM = 1;

    /// <summary>Messages that keep their boundaries.</summary>
    public const int SOCK_DGRAM = 2;

    /// <summary>Return at once when there is no room.</summary>
    public const int SOCK_NONBLOCK = 0x800;

    /// <summary>Close on execve.</summary>
    public const int SOCK_CLOEXEC = 0x80000;

    /// <summary>The level of socket options.</summary>
    public const int SOL_SOCKET = 1;

    /// <summary>Process, user and group of the other end (struct ucred).</summary>
    public const int SO_PEERCRED = 17;

    /// <summary>Sets the send buffer beyond the system's limit, in bytes; for root.</summary>
    public const int SO_SNDBUFFORCE = 32;

    /// <summary>Sets the receive buffer beyond the system's limit, in bytes; for root.</summary>
    public const int SO_RCVBUFFORCE = 33;

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static unsafe partial int Pair(int domain, int type, int protocol, int* descriptors);

    /// <summary>Makes a connected pair of stream sockets.</summary>
    /// <exception cref="LinuxException">No more descriptors.</exception>
    public static unsafe (Socket Ours, Descriptor Theirs) Pair()
    {
        // SAFETY: the kernel writes two descriptors, for which there is room in this frame.
        int* ends = stackalloc int[2];
        Errno.Check(Pair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
        return (new Socket(new SafeSocketHandle(ends[0], ownsHandle: true)), new Descriptor(ends[1]));
    }

    /// <summary>Makes a connected pair of datagram sockets that never block.</summary>
    /// <exception cref="LinuxException">No more descriptors.</exception>
    public static unsafe (Descriptor Sender, Descriptor Receiver) DatagramPair()
    {
        // SAFETY: the kernel writes two descriptors, for which there is room in this frame.
        int* ends = stackalloc int[2];
        Errno.Check(Pair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), "socketpair");
        return (new Descriptor(ends[0]), new Descriptor(ends[1]));
    }
}
