using System.Diagnostics;
using Lethe.Evidence;

namespace Lethe.Cli.Scan;

/// <summary>One line on standard error that says how far a scan is; where there is no terminal, one line a source.</summary>
internal sealed class ScanProgress(Terminal terminal) : IDisposable
{
    private const long PauseMs = 200;
    private readonly StatusLine line = new();
    private readonly Lock gate = new();
    private readonly Stopwatch clock = new();
    private string name = "";
    private long? total;
    private long shown = -PauseMs;

    /// <summary>A source is begun.</summary>
    /// <param name="source">Its name.</param>
    /// <param name="bytes">How much there is to read, if that is known.</param>
    public void Begin(string source, long? bytes)
    {
        lock (gate)
        {
            (name, total, shown) = (Printable.Of(source), bytes, -PauseMs);
            clock.Restart();
            if (!terminal.ErrorIsTerminal) Notice.Write($"reading {source}{(bytes is { } known ? $", {ByteSize.Format(known)}" : "")}");
        }
    }

    /// <summary>So many bytes are read.</summary>
    public void Show(long bytes)
    {
        if (!terminal.ErrorIsTerminal) return;
        lock (gate)
        {
            long now = clock.ElapsedMilliseconds;
            if (now - shown < PauseMs || now == 0) return;
            shown = now;
            double rate = bytes * 1000.0 / now;
            string left = total is { } all && rate > 0 && all > bytes ? $", about {(all - bytes) / rate:0} s left" : "";
            string of = total is { } whole ? $" of {ByteSize.Format(whole)}" : "";
            line.Draw($"{name}: {ByteSize.Format(bytes)}{of}, {ByteSize.Format((long)rate)}/s{left}");
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Erase() => line.Erase();

    /// <inheritdoc/>
    public void Dispose() => Erase();
}
