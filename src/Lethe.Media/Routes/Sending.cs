using System.Net.Sockets;
using Lethe.Linux;

namespace Lethe.Media.Routes;

/// <summary>Sending into buffers that nobody reads.</summary>
internal static class Sending
{
    /// <summary>Sends as much of the canary as a socket's buffers take, while the peer does not read.</summary>
    /// <returns>Bytes sent.</returns>
    public static long All(Socket sender, Planting planting)
    {
        SetBuffer(sender, LocalSocket.SO_SNDBUFFORCE, planting.Bytes);
        sender.Blocking = false;
        return planting.Pour(0, planting.Bytes, piece =>
        {
            int sent = 0;
            while (sent < piece.Length)
            {
                int now = sender.Send(piece[sent..], SocketFlags.None, out SocketError error);
                if (error == SocketError.WouldBlock) break;
                if (error != SocketError.Success) throw new SocketException((int)error);
                sent += now;
            }

            return sent;
        });
    }

    /// <summary>Gives a socket a buffer with room for this many bytes and the kernel's overhead.</summary>
    public static void SetBuffer(Socket socket, int option, long bytes)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(value, (int)Math.Min(bytes * 2, int.MaxValue / 2));
        socket.SetRawSocketOption(LocalSocket.SOL_SOCKET, option, value);
    }

    /// <summary>Writes as much as a descriptor takes without blocking.</summary>
    /// <returns>Bytes written, possibly 0.</returns>
    public static int WhatFits(Descriptor target, ReadOnlySpan<byte> bytes)
    {
        int written = 0;
        try
        {
            while (written < bytes.Length) written += target.WriteSome(bytes[written..]);
        }
        catch (LinuxException full) when (full.Error == Errno.EAGAIN)
        {
            // The buffer is full. What was written so far counts.
        }

        return written;
    }

    /// <summary>Writes the same piece until the descriptor takes no more without blocking.</summary>
    /// <returns>Bytes written.</returns>
    public static long Repeatedly(Descriptor target, ReadOnlySpan<byte> piece)
    {
        long written = 0;
        while (WhatFits(target, piece) is var now and > 0) written += now;
        return written;
    }
}
