namespace Lethe.Cli;

/// <summary>The one line on standard error that says how far long work is, drawn over and over; several threads may.</summary>
internal sealed class StatusLine
{
    private const string EraseLine = "\r\u001b[2K";
    private readonly Lock gate = new();
    private bool drawn;

    /// <summary>Draws it anew.</summary>
    /// <param name="text">Nothing that steers a terminal.</param>
    public void Draw(string text)
    {
        lock (gate)
        {
            Console.Error.Write($"{EraseLine}{text}");
            drawn = true;
        }
    }

    /// <summary>Writes a notice in its place.</summary>
    public void Say(string text)
    {
        lock (gate)
        {
            Erase();
            Notice.Write(text);
        }
    }

    /// <summary>Takes it away.</summary>
    public void Erase()
    {
        lock (gate)
        {
            if (drawn) Console.Error.Write(EraseLine);
            drawn = false;
        }
    }
}
