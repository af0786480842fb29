using Lethe.Disposal.Tracing;
using Lethe.Linux;

namespace Lethe.Tests.Disposal.Tracing;

/// <content>What tasks do, and what the kernel does to them.</content>
internal sealed partial class ModelKernel
{
    /// <summary>A task makes another one, and stands until the tracer has heard of it.</summary>
    public ModelTask Give(ModelTask parent, Birth birth)
    {
        ModelProcess process = birth == Birth.Thread ? parent.Process : new ModelProcess(numbers);
        var child = new ModelTask(numbers++, process) { Memory = birth == Birth.Fork ? NewMemory() : parent.Memory! };
        child.Memory.ResidentBytes = parent.Memory!.ResidentBytes;
        child.Memory.Users.Add(child);
        process.Threads.Add(child);
        tasks[child.Id] = child;
        Born++;
        if (birth == Birth.VirtualFork) child.VirtualParent = parent;
        // kernel_clone: which event it is depends on CLONE_VFORK and the exit signal, not on what is shared.
        Stop stop = birth switch { Birth.VirtualFork => Stop.VirtualFork, Birth.Thread => Stop.Clone, _ => Stop.Fork };
        Stand(parent, stop, message: (ulong)child.Id);
        return child;
    }

    /// <summary>A new task comes to its first stop, or one that is doomed to its exit.</summary>
    public void Arrive(ModelTask task)
    {
        if (task.Doomed) Exit(task);
        else if (task.New) Stand(task, Stop.Start);
        task.New = false;
    }

    /// <summary>A system call that the filter stops.</summary>
    public void Call(ModelTask task, int reason) => Stand(task, Stop.Call, message: (ulong)reason);

    /// <summary>The call to execve that a task is in fails.</summary>
    public void FailToExecute(ModelTask task)
    {
        task.Activity = Activity.Runs;
        if (task.StopsOnReturn) Stand(task, Stop.CallReturned, Trap | 0x80);
        task.StopsOnReturn = false;
    }

    /// <summary>The call to execve that a task is in goes on: all other threads of its process have to end (de_thread).</summary>
    public void BeginToExecute(ModelTask task)
    {
        task.Activity = Activity.Executes;
        foreach (ModelTask sibling in task.Process.Threads.Where(sibling => sibling != task).ToList()) Doom(sibling);
    }

    /// <summary>Whether it can end: others of the process are gone, the first thread at least dead.</summary>
    public static bool CanExecute(ModelTask task) =>
        task.Activity == Activity.Executes && task.Process.Threads.All(sibling =>
            sibling == task || (sibling.IsLeader && sibling.Activity == Activity.Dead));

    /// <summary>It ends: the task has its process's number and new memory.</summary>
    public void Execute(ModelTask task)
    {
        ulong former = (ulong)task.Id;
        if (!task.IsLeader)
        {
            // release_task without a report.
            Remove(tasks[task.Process.Id]);
            tasks.Remove(task.Id);
            task.Id = task.Process.Id;
            tasks[task.Id] = task;
        }

        Leave(task);
        task.Memory = NewMemory();
        task.Memory.Users.Add(task);
        task.StopsOnReturn = false;
        ActualExecutions++;
        Stand(task, Stop.Execution, message: former);
    }

    /// <summary>A thread ends by itself (exit(2)).</summary>
    public void Exit(ModelTask task) => Stand(task, Stop.Exit, message: (ulong)task.Process.Status);

    /// <summary>A thread ends its whole process (exit_group(2), or a signal that nobody handles).</summary>
    public void ExitAll(ModelTask task, int status)
    {
        End(task.Process, status);
        Arrive(task);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill(ModelProcess process)
    {
        // prepare_signal drops it once the process ends, which kernels before 6.1 did not.
        if (process.Ending && !Flaws.KillsAtExit) return;
        End(process, process.Ending ? process.Status : ProcessCalls.SIGKILL);
    }

    /// <summary>A signal is about to be given to a task.</summary>
    public void Signal(ModelTask task, int signal) => Stand(task, Stop.Signal, signal);

    /// <summary>SIGCONT: whoever is in a group stop that the tracer lets be goes on, and tells it.</summary>
    public void GoOn(ModelProcess process)
    {
        foreach (ModelTask task in process.Threads.Where(task => task.Activity == Activity.Listens)) Stand(task, Stop.GroupOver);
    }

    /// <summary>What is past its exit stop leaves its memory, then dies.</summary>
    public void Die(ModelTask task)
    {
        if (task.Memory is not null)
        {
            Leave(task);
            return;
        }

        task.Activity = Activity.Dead;
        task.Status = task.Process.Ending ? task.Process.Status : 0;
        TellDeaths(task.Process);
    }

    private static void TellDeaths(ModelProcess process)
    {
        // delay_group_leader: the first thread's death is told when all others are gone.
        foreach (ModelTask task in process.Threads.Where(task => task.Activity == Activity.Dead))
        {
            task.Unheard = !task.IsLeader || process.Threads.Count == 1;
        }
    }

    private void Remove(ModelTask task)
    {
        task.Activity = Activity.Gone;
        tasks.Remove(task.Id);
        task.Process.Threads.Remove(task);
        TellDeaths(task.Process);
    }

    private void End(ModelProcess process, int status)
    {
        process.Ending = true;
        process.Status = status;
        foreach (ModelTask task in process.Threads.ToList()) Doom(task);
    }

    // signal_wake_up with SIGKILL: every stop is over, whether the tracer has heard of it or not; an exit stop as well.
    private void Doom(ModelTask task)
    {
        if (task.Activity is Activity.Leaves or Activity.Dead or Activity.Gone) return;
        if (task is { Activity: Activity.Stands, Stop: Stop.Exit })
        {
            BrokenExits++;
            Log($"{task} is killed in its exit stop");
            task.Activity = Activity.Leaves;
        }
        else
        {
            if (task is { Activity: Activity.Stands, Stop: Stop.Execution or Stop.Fork or Stop.VirtualFork or Stop.Clone }) LostEvents++;
            if (task is { Activity: Activity.Enters or Activity.Executes }
                or { Activity: Activity.Stands, Stop: Stop.Call or Stop.CallReturned })
            {
                KilledInExecve++;
            }

            task.Activity = Activity.Runs;
        }

        task.Doomed = true;
        task.Unheard = false;
    }

    private void Stand(ModelTask task, Stop stop, int signal = Trap, ulong message = 0)
    {
        // linux/ptrace.h; a group stop tells its signal, everything else a trap.
        int happened = stop switch
        {
            Stop.Fork => Ptrace.PTRACE_EVENT_FORK,
            Stop.VirtualFork => Ptrace.PTRACE_EVENT_VFORK,
            Stop.Clone => Ptrace.PTRACE_EVENT_CLONE,
            Stop.Execution => Ptrace.PTRACE_EVENT_EXEC,
            Stop.Exit => Ptrace.PTRACE_EVENT_EXIT,
            Stop.Call => Ptrace.PTRACE_EVENT_SECCOMP,
            Stop.Start or Stop.Group or Stop.GroupOver => Ptrace.PTRACE_EVENT_STOP,
            _ => 0,
        };
        task.Activity = Activity.Stands;
        task.Stop = stop;
        task.Status = happened << 16 | signal << 8 | 0x7f;
        task.Message = message;
        task.Unheard = true;
        Log($"{task} stops");
        if (stop == Stop.Exit && Flaws.FreesEarly) Leave(task);
    }

    private void Resume(ModelTask task, bool untilCallReturns)
    {
        task.Activity = task switch
        {
            { Stop: Stop.Exit } => Activity.Leaves,
            { Stop: Stop.Call, Message: StopReason.Execute } => Activity.Enters,
            { Stop: Stop.VirtualFork } when tasks.Values.Any(child => child.VirtualParent == task) => Activity.AwaitsChild,
            _ => Activity.Runs,
        };
        task.StopsOnReturn = untilCallReturns;
        task.Unheard = false;
        if (task is not { Stop: Stop.Signal } || task.Status >> 8 != ProcessCalls.SIGSTOP) return;
        foreach (ModelTask thread in task.Process.Threads.Where(thread => thread is { Activity: Activity.Runs, Doomed: false, New: false }))
        {
            Stand(thread, Stop.Group, ProcessCalls.SIGSTOP);
        }
    }
}
