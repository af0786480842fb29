using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Disposal.Tracing;

/// <summary>
/// What the tracer asks of the kernel: events of the tasks it follows, and their memory at its end. The tracer decides by what it is
/// told here alone, so that every order of events can be shown to it without a process.
/// </summary>
internal interface ITraceKernel : IDisposable
{
    /// <summary>How long this machine runs; only differences count.</summary>
    TimeSpan Now { get; }

    /// <summary>Makes the calling thread the tracer of a task and of whatever it starts.</summary>
    /// <exception cref="LinuxException">Not permitted, or it is traced already.</exception>
    void Seize(int task, int options);

    /// <inheritdoc cref="Ptrace.Wait"/>
    int Wait(out int status, bool block);

    /// <inheritdoc cref="Ptrace.Continue"/>
    bool Continue(int task, int signal = 0, bool untilCallReturns = false);

    /// <inheritdoc cref="Ptrace.Listen"/>
    bool Listen(int task);

    /// <inheritdoc cref="Ptrace.StandsAtExit"/>
    bool StandsAtExit(int task);

    /// <inheritdoc cref="Ptrace.TryGetEventMessage"/>
    bool TryGetEventMessage(int task, out ulong message);

    /// <inheritdoc cref="Ptrace.TryGetRegisters"/>
    bool TryGetRegisters(int task, out Registers registers);

    /// <inheritdoc cref="TaskCalls.ShareMemory"/>
    bool? ShareMemory(int first, int second);

    /// <inheritdoc cref="TaskCalls.IsThreadOf"/>
    bool IsThreadOf(int process, int task);

    /// <inheritdoc cref="TaskCalls.TrySignal"/>
    bool TrySignal(int process, int signal);

    /// <summary>Sleeps between two looks for what no call waits for.</summary>
    void Pause(int microseconds);

    /// <summary>Opens the memory that a task has now.</summary>
    /// <exception cref="LinuxException">It is gone, or memory or descriptors are short.</exception>
    ITracedMemory Open(int task);

    /// <summary>Keeps the memory that a task has now from being freed, and the objects that it shows.</summary>
    /// <param name="task">The task.</param>
    /// <param name="remember">Whether its number may vanish, so that its mappings have to be read now.</param>
    /// <returns>Null when it cannot be held.</returns>
    ITracedMemory? TryHold(int task, bool remember);

    /// <summary>Zeroes a part of a living task's memory.</summary>
    /// <param name="task">The task.</param>
    /// <param name="start">First address.</param>
    /// <param name="end">First address behind.</param>
    /// <param name="anonymousOnly">Whether private copies of file pages are passed over.</param>
    /// <exception cref="LinuxException">It is gone, or memory or descriptors are short.</exception>
    WipeCount Wipe(int task, ulong start, ulong end, bool anonymousOnly);

    /// <summary>Keeps the objects that a task's memory shows.</summary>
    /// <exception cref="LinuxException">It is gone, or memory or descriptors are short.</exception>
    void KeepObjects(int task);

    /// <summary>Has other threads zero memory and let it go; one at a time.</summary>
    void BeginWipe(ITracedMemory memory);

    /// <summary>Takes what that came to.</summary>
    /// <param name="count">What was wiped.</param>
    /// <param name="milliseconds">How long it took.</param>
    /// <returns>False while it goes on.</returns>
    bool TryEndWipe(out WipeCount count, out double milliseconds);
}

/// <summary>Memory of a task that can be zeroed; disposing of it lets it go.</summary>
internal interface ITracedMemory : IDisposable
{
    /// <summary>About how many bytes of RAM are the task's own: only to decide who wipes them.</summary>
    long ResidentBytes { get; }

    /// <summary>Reads now what belongs to the task's number, as that may vanish.</summary>
    void Remember();

    /// <summary>Zeroes it, alone.</summary>
    WipeCount Wipe();
}
