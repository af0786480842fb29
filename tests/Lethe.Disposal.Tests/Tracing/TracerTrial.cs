using Lethe.Disposal.Tracing;
using Lethe.Disposal.Wiping;

namespace Lethe.Tests.Disposal.Tracing;

/// <summary>Shows a history to a tracer and tells what came of it.</summary>
internal static class TracerTrial
{
    private const int SecondsAtMost = 60;

    // The tracer asks it only about real processes.
    private static readonly KeptObjects Objects = new();

    public static (TracerReport Report, ModelKernel Kernel) Run(
        Func<ModelKernel, IEnumerable<ModelTask?>> history, Flaws? flaws = null, bool wipe = true)
    {
        var kernel = new ModelKernel(history, flaws);
        using var tracer = new Tracer(new TracerOptions(wipe, HoldAtExecute: true, Threads: 1), Objects, _ => { }, kernel);
        tracer.Start(kernel.First.Id);
        try
        {
            if (tracer.Ended.Wait(TimeSpan.FromSeconds(SecondsAtMost))) return (tracer.Ended.Result, kernel);
        }
        catch (AggregateException failure)
        {
            throw new InvalidOperationException($"{failure.InnerException!.Message}\n{kernel.Story}", failure.InnerException);
        }

        throw new TimeoutException("the tracer does not end");
    }

    /// <summary>Runs a history in which nothing may be missed.</summary>
    public static (TracerReport Report, ModelKernel Kernel) Check(
        Func<ModelKernel, IEnumerable<ModelTask?>> history, Flaws? flaws = null, bool faultless = true)
    {
        (TracerReport report, ModelKernel kernel) = Run(history, flaws);
        IReadOnlyList<string> problems = kernel.Judge(report, faultless);
        Assert.True(problems.Count == 0, $"{string.Join('\n', problems)}\n\n{kernel.Story}");
        return (report, kernel);
    }
}
