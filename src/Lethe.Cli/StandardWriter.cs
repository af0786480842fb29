using System.Text;

namespace Lethe.Cli;

/// <summary>
/// Standard output or standard error, line by line. .NET's own prepares a terminal for reading keys as soon as something is
/// written (it switches the keypad and takes over job control), and so would change what the command of a run finds.
/// </summary>
/// <param name="stream">Where to.</param>
internal sealed class StandardWriter(StandardStream stream) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write($"{value}\n");

    public override void Write(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.GetByteCount(text)];
        Encoding.GetBytes(text, bytes);
        stream.Write(bytes);
    }
}
