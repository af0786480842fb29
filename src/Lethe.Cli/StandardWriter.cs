using System.Text;
using Lethe.Linux;

namespace Lethe.Cli;

/// <summary>
/// Standard output or standard error, line by line. .NET's own prepares a terminal for reading keys as soon as something is
/// written (it switches the keypad and takes over job control), and so would change what the command of a run finds.
/// </summary>
/// <param name="number">1 or 2. What cannot be written to 2 is dropped: messages are no reason to fail, and the exit code tells.</param>
internal sealed class StandardWriter(int number) : TextWriter
{
    private const int RetryMs = 10;
    private readonly Descriptor? stream = Open(number);

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write($"{value}\n");

    public override void Write(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.GetByteCount(text)];
        Encoding.GetBytes(text, bytes);
        try
        {
            WriteAll(bytes);
        }
        catch (LinuxException failure) when (number == 2 || failure.Error == Errno.EPIPE)
        {
            // Nobody listens any more.
        }
    }

    private void WriteAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            try
            {
                bytes = bytes[(stream?.WriteSome(bytes) ?? bytes.Length)..];
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
