using System.Diagnostics;
using Lethe.Lab.Proof;

namespace Lethe.Cli.Prove;

/// <summary>One line on standard error that says how far a proof is; where there is no terminal, one line a phase.</summary>
internal sealed class ProgressLine(Terminal terminal) : IDisposable
{
    private readonly StatusLine line = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private long routesSince;
    private bool announced;

    /// <summary>Says what is being done before the proof itself.</summary>
    public void Say(string text) => line.Say(text);

    /// <summary>Shows how far it is.</summary>
    public void Show(ProofProgress progress)
    {
        if (progress.Done == 0)
        {
            routesSince = clock.ElapsedMilliseconds;
            Say(progress.Phase);
            return;
        }

        if (!terminal.ErrorIsTerminal)
        {
            if (!announced) Say($"trying {progress.Total} routes");
            announced = true;
            return;
        }

        long left = (clock.ElapsedMilliseconds - routesSince) / progress.Done * (progress.Total - progress.Done) / 1000;
        line.Draw($"{progress.Done}/{progress.Total} routes, about {left} s left: {progress.Phase}");
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose() => line.Erase();
}
