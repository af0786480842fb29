using Lethe.Disposal.Tracing;
using Lethe.Linux;

namespace Lethe.Tests.Disposal.Tracing;

/// <summary>
/// A kernel with ptrace as far as the tracer sees it, told by ptrace(2) and read in kernel/ptrace.c, kernel/signal.c, kernel/exit.c and
/// fs/exec.c.
/// A history makes its tasks act and says whose event is heard next. What a tracer must never do is noted as a problem.
/// </summary>
internal sealed partial class ModelKernel : ITraceKernel
{
    // Larger than any number of a real task (PID_MAX_LIMIT of linux/threads.h), as parts of the tracer read /proc.
    private const int FirstNumber = 5_000_000;

    private const int MostLooks = 20_000, Trap = 5;

    private readonly IEnumerator<ModelTask?> history;
    private readonly Dictionary<int, ModelTask> tasks = [];
    private readonly List<ModelMemory> memories = [];
    private int numbers = FirstNumber, looks;

    public ModelKernel(Func<ModelKernel, IEnumerable<ModelTask?>> history, Flaws? flaws = null)
    {
        Flaws = flaws ?? new Flaws();
        var process = new ModelProcess(numbers++);
        First = new ModelTask(process.Id, process) { New = false, Memory = NewMemory(Flaws.FirstIsOurs) };
        First.Memory.Users.Add(First);
        process.Threads.Add(First);
        tasks[First.Id] = First;
        Born = 1;
        this.history = history(this).Concat(Drain()).GetEnumerator();
    }

    public Flaws Flaws { get; }

    /// <summary>The task that the tracer seizes.</summary>
    public ModelTask First { get; }

    /// <summary>Tasks whose deaths have not been heard.</summary>
    public IEnumerable<ModelTask> Tasks => tasks.Values;

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time) => Now += time;

    public void Seize(int task, int options) => Log($"seize {task}");

    public int Wait(out int status, bool block)
    {
        status = 0;
        Pass(TimeSpan.FromMicroseconds(5));
        while (tasks.Count > 0 && history.MoveNext())
        {
            if (++looks > MostLooks) throw new InvalidOperationException("the tracer looks again and again");
            if (history.Current is not { } task)
            {
                if (block) continue;
                return 0;
            }

            return Hear(task, out status);
        }

        if (tasks.Count > 0) throw new InvalidOperationException($"left: {string.Join(", ", tasks.Values)}");
        return -1;
    }

    public bool Continue(int task, int signal = 0, bool untilCallReturns = false)
    {
        if (Flaws.KillsBetweenLookAndContinue) Meanwhile();
        Log($"continue {task}{(signal == 0 ? "" : $" with signal {signal}")}{(untilCallReturns ? " until the call returns" : "")}");
        if (!tasks.TryGetValue(task, out ModelTask? found) || found.Activity != Activity.Stands)
        {
            if (found is { Doomed: false, Process.Ending: false } and not { Activity: Activity.Leaves or Activity.Dead })
            {
                Problem($"{found} is continued, but does not stand");
            }

            return false;
        }

        if (found.Unheard && !Flaws.KillsBetweenLookAndContinue) Problem($"{found} is continued before its stop was heard");
        int expected = found.Stop == Stop.Signal ? found.Status >> 8 : 0;
        if (signal != expected && !found.Doomed) Problem($"{found} is given signal {signal} instead of {expected}");
        if (Flaws.ForgetsOneContinue && found.Stop == Stop.Call)
        {
            Flaws.ForgetsOneContinue = false;
            return true;
        }

        Resume(found, untilCallReturns);
        return true;
    }

    public bool Listen(int task)
    {
        Log($"listen {task}");
        if (!tasks.TryGetValue(task, out ModelTask? found) || found is not { Activity: Activity.Stands, Stop: Stop.Group }) return false;
        found.Activity = Activity.Listens;
        return true;
    }

    public bool StandsAtExit(int task) => tasks.GetValueOrDefault(task) is { Activity: Activity.Stands, Stop: Stop.Exit };

    public bool TryGetEventMessage(int task, out ulong message)
    {
        Meanwhile();
        ModelTask? found = tasks.GetValueOrDefault(task);
        bool stands = found?.Activity == Activity.Stands;
        message = stands ? found!.Message : 0;
        if (found is { Activity: Activity.Stands, Stop: Stop.Fork or Stop.VirtualFork or Stop.Clone }
            && tasks.TryGetValue((int)message, out ModelTask? child))
        {
            (child.Known, child.Unclaimed) = (true, false);
        }

        if (stands && found is { Stop: Stop.Call, Message: StopReason.NewMounts }) MountNamespaces++;
        return stands;
    }

    public bool TryGetRegisters(int task, out Registers registers)
    {
        registers = default;
        return tasks.GetValueOrDefault(task)?.Activity == Activity.Stands;
    }

    // kcmp(2) compares what the tasks have, and of two that have left theirs both have nothing.
    public bool? ShareMemory(int first, int second)
    {
        Meanwhile();
        if (second < FirstNumber) Problem($"{second} is none of the workload's tasks");
        return tasks.TryGetValue(first, out ModelTask? one)
            && tasks.TryGetValue(second, out ModelTask? other) ? one.Memory == other.Memory && !Flaws.HidesSharing : null;
    }

    public bool IsThreadOf(int process, int task) => tasks.TryGetValue(task, out ModelTask? found) && found.Process.Id == process;

    public bool TrySignal(int process, int signal)
    {
        Log($"kill {process}");
        if (!tasks.TryGetValue(process, out ModelTask? found)) return false;
        Kill(found.Process);
        return true;
    }

    public void Pause(int microseconds) => Pass(TimeSpan.FromMicroseconds(microseconds));

    public void Dispose()
    {
    }

    private int Hear(ModelTask task, out int status)
    {
        if (!task.Unheard) throw new InvalidOperationException($"{task} has nothing to tell");
        task.Unheard = false;
        task.Known = true;
        status = task.Status;
        if (task.Activity == Activity.Dead)
        {
            Log($"heard of {task}: death");
            if (task.Id == FirstNumber) FirstStatus = status;
            if ((status & 0x80) != 0 && task.IsLeader) CoreDumps++;
            Remove(task);
        }
        else
        {
            Log($"heard of {task}: {task.Message}");
            if (task.Stop == Stop.Execution) Executions++;
        }

        return task.Id;
    }
}

/// <summary>What is wrong with a kernel, or with the machine that it has.</summary>
internal sealed class Flaws
{
    /// <summary>Opening memory fails for want of descriptors, when this says so.</summary>
    public Func<bool> ShortOfDescriptors { get; init; } = () => false;

    /// <summary>Memory cannot be held, when this says so.</summary>
    public Func<bool> CannotHold { get; init; } = () => false;

    /// <summary>SIGKILL breaks an exit stop also when the process ends already, as before Linux 6.1.</summary>
    public bool KillsAtExit { get; init; }

    /// <summary>Whether the first task's first memory is the workload's.</summary>
    public bool FirstIsOurs { get; init; } = true;

    /// <summary>SIGKILL comes also between the tracer's look at a stop and its leave to go on, which it cannot help.</summary>
    public bool KillsBetweenLookAndContinue { get; init; }

    /// <summary>No kernel does this: memory is taken back at the exit stop already.</summary>
    public bool FreesEarly { get; init; }

    /// <summary>No kernel does this: who shares memory is not told.</summary>
    public bool HidesSharing { get; init; }

    /// <summary>No kernel does this: a task that was let go on stands still.</summary>
    public bool ForgetsOneContinue { get; set; }
}
