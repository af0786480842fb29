using System.Net.Sockets;
using System.Text;

namespace Lethe.Qemu;

/// <summary>Lines of UTF-8 over a socket. The peer is not trusted: the memory for a line is bounded.</summary>
/// <param name="socket">The socket. Disposing of this closes it.</param>
/// <param name="longest">The most bytes a line may have.</param>
internal sealed class LineSocket(Socket socket, int longest = LineSocket.UsualLongest) : IDisposable
{
    /// <summary>The most bytes a line may have by default.</summary>
    public const int UsualLongest = 1 << 20;

    private readonly byte[] buffer = new byte[4096];
    private readonly MemoryStream partial = new();
    private int start, end;

    /// <exception cref="IOException">The peer is gone.</exception>
    public async Task WriteLine(string line, CancellationToken cancel)
    {
        try
        {
            for (ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(line + "\n"); bytes.Length > 0;)
                bytes = bytes[await socket.SendAsync(bytes, cancel)..];
        }
        catch (SocketException failure)
        {
            throw new IOException("the peer is gone", failure);
        }
    }

    /// <returns>The line without its end. Bytes that are not UTF-8 are replaced.</returns>
    /// <exception cref="IOException">The peer is gone, or the line is too long.</exception>
    public async Task<string> ReadLine(CancellationToken cancel)
    {
        while (true)
        {
            int newline = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            int stop = newline < 0 ? end : newline;
            if (partial.Length + (stop - start) > longest) throw new IOException("a line without end");
            partial.Write(buffer, start, stop - start);
            start = newline < 0 ? end : newline + 1;
            if (newline >= 0)
            {
                string line = Encoding.UTF8.GetString(partial.GetBuffer(), 0, (int)partial.Length).TrimEnd('\r');
                partial.SetLength(0);
                return line;
            }

            start = 0;
            end = await Receive(cancel);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private async Task<int> Receive(CancellationToken cancel)
    {
        // The buffer counts as empty until bytes have arrived, also when the call is cancelled.
        end = 0;
        try
        {
            int got = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            return got > 0 ? got : throw new IOException("the peer is gone");
        }
        catch (SocketException failure)
        {
            throw new IOException("the peer is gone", failure);
        }
    }
}
