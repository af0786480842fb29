using Lethe.Linux;

namespace Lethe.Cli;

/// <summary>Standard output or standard error as bytes, unbuffered. When nobody listens any more, what is written is dropped.</summary>
/// <param name="number">1 or 2. What cannot be written to 2 is dropped: messages are no reason to fail, and the exit code tells.</param>
internal sealed class StandardStream(int number) : Stream
{
    private const int RetryMs = 10;
    private readonly Descriptor? descriptor = Open(number);

    /// <summary>Standard output.</summary>
    public static StandardStream Output { get; } = new(1);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            WriteAll(bytes);
        }
        catch (LinuxException failure) when (number == 2 || failure.Error == Errno.EPIPE)
        {
            // Nobody listens any more.
        }
    }

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void WriteAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            try
            {
                bytes = bytes[(descriptor?.WriteSome(bytes) ?? bytes.Length)..];
            }
            catch (LinuxException full) when (full.Error == Errno.EAGAIN)
            {
                // Somebody else made it non-blocking; whoever reads it needs time.
                Thread.Sleep(RetryMs);
            }
        }
    }

    private static Descriptor? Open(int number)
    {
        try
        {
            return Descriptor.DuplicateOf(number);
        }
        catch (LinuxException)
        {
            return null;
        }
    }
}
