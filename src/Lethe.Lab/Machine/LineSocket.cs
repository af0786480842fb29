using System.Net.Sockets;
using System.Text;

namespace Lethe.Lab.Machine;

/// <summary>Lines of text over a socket.</summary>
internal sealed class LineSocket(Socket socket) : IDisposable
{
    private const int LongestLine = 1 << 20;
    private readonly byte[] buffer = new byte[4096];
    private readonly StringBuilder partial = new();
    private int start, end;

    /// <summary>Sends a line.</summary>
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

    /// <summary>Waits for a line.</summary>
    /// <exception cref="IOException">The peer is gone, or sends no end of line.</exception>
    public async Task<string> ReadLine(CancellationToken cancel)
    {
        while (true)
        {
            int newline = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            int stop = newline < 0 ? end : newline;
            partial.Append(Encoding.Latin1.GetString(buffer, start, stop - start));
            start = newline < 0 ? end : newline + 1;
            if (newline >= 0)
            {
                string line = partial.ToString().TrimEnd('\r');
                partial.Clear();
                return line;
            }

            if (partial.Length > LongestLine) throw new IOException("a line without end");
            start = 0;
            end = await Receive(cancel);
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<int> Receive(CancellationToken cancel)
    {
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
