using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Disposal.Tracing;

/// <summary>
/// Follows every task of a workload with ptrace, so that its memory is zeroed before the kernel takes it back. One
/// thread makes all ptrace calls, as the kernel wants it; it never wipes much itself, so that others need not wait.
/// </summary>
internal sealed partial class Tracer : IDisposable
{
    private const int Options =
        Ptrace.PTRACE_O_TRACESYSGOOD | Ptrace.PTRACE_O_TRACEFORK | Ptrace.PTRACE_O_TRACEVFORK | Ptrace.PTRACE_O_TRACECLONE
        | Ptrace.PTRACE_O_TRACEEXEC | Ptrace.PTRACE_O_TRACEEXIT | Ptrace.PTRACE_O_TRACESECCOMP | Ptrace.PTRACE_O_EXITKILL;

    private const int SIGTRAP = 5, SIGTTOU = 22, CallReturned = SIGTRAP | 0x80;

    private readonly TracerOptions options;
    private readonly Dictionary<int, TracedTask> tasks = new(1024);
    private readonly TracerReport report = new();
    private readonly TaskCompletionSource seized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TracerReport> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<string> notice;
    private readonly KeptObjects objects;
    private readonly ITraceKernel kernel;
    private TimeSpan unknownSince;
    private int first;
    private bool ending;

    /// <summary>Makes a tracer.</summary>
    /// <param name="options">What it does.</param>
    /// <param name="objects">Gets the nameless objects that dying memory shows.</param>
    /// <param name="notice">Gets sentences for the user.</param>
    /// <param name="kernel">What it asks; null for the kernel of this machine.</param>
    public Tracer(TracerOptions options, KeptObjects objects, Action<string> notice, ITraceKernel? kernel = null)
    {
        this.options = options;
        this.objects = objects;
        this.notice = notice;
        this.kernel = kernel ?? new PtraceKernel(options, objects);
    }

    /// <summary>Begins to follow a process from its present state on; returns when the kernel agrees.</summary>
    /// <exception cref="LinuxException">Not permitted, or it is traced already.</exception>
    public void Start(int process)
    {
        first = process;
        new Thread(Run) { IsBackground = true, Name = "tracer" }.Start();
        seized.Task.GetAwaiter().GetResult();
    }

    /// <summary>Completes when no task is left.</summary>
    public Task<TracerReport> Ended => ended.Task;

    /// <inheritdoc/>
    public void Dispose() => kernel.Dispose();

    private void Run()
    {
        try
        {
            kernel.Seize(first, Options);
            tasks[first] = new TracedTask(first) { Space = new AddressSpace { Users = 1, Undead = 1 } };
            report.Tasks = 1;
            seized.SetResult();
        }
        catch (LinuxException failure)
        {
            seized.SetException(failure);
            return;
        }

        try
        {
            while (Step())
            {
            }

            ended.SetResult(report);
        }
        catch (Exception failure)
        {
            // Whatever went wrong here, the workload must not live on unwatched.
            foreach (int task in tasks.Keys) kernel.TrySignal(task, ProcessCalls.SIGKILL);
            ended.SetException(failure);
        }
    }

    /// <returns>False when no task is left and nothing is to be done.</returns>
    private bool Step()
    {
        int task = kernel.Wait(out int status, block: !MustPoll);
        if (task > 0)
        {
            pause = PollMicroseconds;
            Handle(task, status);
        }
        else if (task < 0 && !MustPoll)
        {
            return false;
        }
        else if (MustPoll)
        {
            Poll();
        }

        WipeNext();
        return true;
    }

    private void Handle(int id, int status)
    {
        // wait(2): the low seven bits are 0x7f for a stop, then the signal, then the event.
        if ((status & 0x7f) != 0x7f)
        {
            Died(id, status);
            return;
        }

        int signal = status >> 8 & 0xff, happened = status >> 16;
        if (!tasks.TryGetValue(id, out TracedTask? task))
        {
            // A child that is heard of before its parent says so.
            task = tasks[id] = new TracedTask(id) { Waiting = true };
            report.Tasks++;
            unknown++;
            unknownSince = kernel.Now;
            if (happened == Ptrace.PTRACE_EVENT_EXIT) Exiting(task);
            return;
        }

        switch (happened)
        {
            case Ptrace.PTRACE_EVENT_FORK or Ptrace.PTRACE_EVENT_VFORK or Ptrace.PTRACE_EVENT_CLONE: Born(task); break;
            case Ptrace.PTRACE_EVENT_EXEC: Executed(task); break;
            case Ptrace.PTRACE_EVENT_EXIT: Exiting(task); break;
            case Ptrace.PTRACE_EVENT_SECCOMP: Called(task); break;
            case Ptrace.PTRACE_EVENT_STOP when task.Space is null: task.Waiting = true; break;
            case Ptrace.PTRACE_EVENT_STOP when signal is >= ProcessCalls.SIGSTOP and <= SIGTTOU: kernel.Listen(id); break;
            case Ptrace.PTRACE_EVENT_STOP: GoOn(task); break;
            default:
                if (signal == CallReturned) ExecuteFailed(task);
                if (!kernel.StandsAtExit(id)) kernel.Continue(id, signal == CallReturned ? 0 : signal);
                break;
        }
    }

    // What an exit stop carries, a status, must not be taken for a task's number or a call's reason.
    private bool TryGetMessage(TracedTask task, out ulong message) =>
        kernel.TryGetEventMessage(task.Id, out message) && !kernel.StandsAtExit(task.Id);

    // SIGKILL may have ended the stop that was looked at. The task stands at its exit then, and must not be let go unseen.
    private void GoOn(TracedTask task, bool untilCallReturns = false)
    {
        if (!kernel.StandsAtExit(task.Id)) kernel.Continue(task.Id, untilCallReturns: untilCallReturns);
    }

    private void KillAll()
    {
        ending = true;
        foreach (TracedTask task in tasks.Values)
        {
            if (!task.Exiting) kernel.TrySignal(task.Process, ProcessCalls.SIGKILL);
        }
    }
}
