using System.Diagnostics;
using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Disposal.Tracing;

/// <summary>The kernel of this machine, by ptrace and <c>/proc</c>.</summary>
internal sealed partial class PtraceKernel : ITraceKernel
{
    private readonly bool holdAtExecute;
    private readonly WipeCrew crew;
    private readonly Wiper alone, together;

    /// <summary>Makes it, with all buffers and threads that wiping will need.</summary>
    /// <param name="options">What the tracer does.</param>
    /// <param name="objects">Gets the nameless objects that dying memory shows.</param>
    public PtraceKernel(TracerOptions options, KeptObjects objects)
    {
        holdAtExecute = options.HoldAtExecute && options.Wipe;
        crew = new WipeCrew(options.Threads);
        alone = new Wiper(null) { FoundObject = objects.Keep };
        together = new Wiper(crew) { FoundObject = objects.Keep };
    }

    /// <inheritdoc/>
    public TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <inheritdoc/>
    public void Seize(int task, int options)
    {
        _ = Scheduling.TryBecomeRealTime();
        MakeHolds();
        Ptrace.Seize(task, options);
        new Thread(WipeLarge) { IsBackground = true, Name = "wiper" }.Start();
    }

    /// <inheritdoc/>
    public int Wait(out int status, bool block) => Ptrace.Wait(out status, block);

    /// <inheritdoc/>
    public bool Continue(int task, int signal = 0, bool untilCallReturns = false) => Ptrace.Continue(task, signal, untilCallReturns);

    /// <inheritdoc/>
    public bool Listen(int task) => Ptrace.Listen(task);

    /// <inheritdoc/>
    public bool StandsAtExit(int task) => Ptrace.StandsAtExit(task);

    /// <inheritdoc/>
    public bool TryGetEventMessage(int task, out ulong message) => Ptrace.TryGetEventMessage(task, out message);

    /// <inheritdoc/>
    public bool TryGetRegisters(int task, out Registers registers) => Ptrace.TryGetRegisters(task, out registers);

    /// <inheritdoc/>
    public bool? ShareMemory(int first, int second) => TaskCalls.ShareMemory(first, second);

    /// <inheritdoc/>
    public bool IsThreadOf(int process, int task) => TaskCalls.IsThreadOf(process, task);

    /// <inheritdoc/>
    public bool TrySignal(int process, int signal) => TaskCalls.TrySignal(process, signal);

    /// <inheritdoc/>
    public void Pause(int microseconds) => Scheduling.SleepMicroseconds(microseconds);

    /// <inheritdoc/>
    public void Dispose()
    {
        largeWork.CompleteAdding();
        alone.Dispose();
        together.Dispose();
        crew.Dispose();
        while (holds.TryTake(out AddressSpaceHold? hold)) hold.Dispose();
    }
}
