using Lethe.Linux;

namespace Lethe.Disposal.Tracing;

/// <content>Births and deaths: which task uses which memory.</content>
internal sealed partial class Tracer
{
    private const int DumpedCore = 0x80;

    // Tasks whose parent is not known yet.
    private int unknown;

    private void Born(TracedTask parent)
    {
        if (TryGetMessage(parent, out ulong message))
        {
            int id = (int)message;
            if (!tasks.TryGetValue(id, out TracedTask? child))
            {
                child = tasks[id] = new TracedTask(id);
                report.Tasks++;
                unknown++;
            }

            // Null when it is dead by now: its death was reported before its birth.
            bool? shares = child.Space is null ? kernel.ShareMemory(parent.Id, id) : null;
            if (shares is not null)
            {
                Place(child, parent, shares.Value);
            }
            else if (child.Space is null && tasks.Remove(id))
            {
                report.Tasks--;
                unknown--;
            }
        }

        GoOn(parent);
    }

    // The event's kind says nothing about it (posix_spawn shares memory like vfork), so the kernel is asked.
    private void Place(TracedTask child, TracedTask? parent, bool shares)
    {
        unknown--;
        child.Space = shares ? parent!.Space! : new AddressSpace { Break = parent?.Space!.Break ?? 0 };
        child.Process = shares && kernel.IsThreadOf(parent!.Process, child.Id) ? parent.Process : child.Id;
        child.Space.Users++;
        child.Space.Undead++;
        if (child.Waiting) GoOn(child);
        child.Waiting = false;
        if (ending && !child.Exiting) kernel.TrySignal(child.Process, ProcessCalls.SIGKILL);
    }

    // The parent was killed before it could tell: whoever shares the memory is found by asking.
    private void PlaceOrphan(TracedTask child)
    {
        TracedTask? relative = tasks.Values.FirstOrDefault(
            task => task.Space is not null && !task.Exiting && kernel.ShareMemory(task.Id, child.Id) == true);
        PlaceWith(child, relative);
    }

    // Its relative need not be of its process, nor the parent, as others may have the same memory.
    private void PlaceWith(TracedTask orphan, TracedTask? relative)
    {
        Place(orphan, relative, shares: relative is not null);
        orphan.Process = tasks.Values.FirstOrDefault(task =>
            task != orphan && kernel.IsThreadOf(task.Process, orphan.Id))?.Process ?? orphan.Id;
    }

    // The parent was killed before it could tell, and its memory is about to be wiped: a child that has it too must be known before.
    private void PlaceOrphansOf(TracedTask parent)
    {
        foreach (TracedTask orphan in tasks.Values.Where(task => task.Space is null).ToList())
        {
            if (kernel.ShareMemory(parent.Id, orphan.Id) == true) PlaceWith(orphan, parent);
        }
    }

    // It has never run. When all others of its memory have come to their exit already, there is nothing of its own to wipe.
    private bool JoinEnd(TracedTask orphan)
    {
        TracedTask? relative = tasks.Values.FirstOrDefault(
            task => task.Space is { Users: 0 }
                && (kernel.ShareMemory(task.Id, orphan.Id) == true || kernel.IsThreadOf(task.Process, orphan.Id)));
        if (relative is null) return false;
        unknown--;
        orphan.Space = relative.Space!;
        orphan.Process = relative.Process;
        orphan.Space.Undead++;
        kernel.Continue(orphan.Id);
        return true;
    }

    private void Exiting(TracedTask task)
    {
        task.Waiting = false;
        if (task.Space is null)
        {
            task.Exiting = true;
            if (JoinEnd(task)) return;
            PlaceOrphan(task);
        }
        else if (Successor(task) is { } successor)
        {
            task = successor;
            Replace(task);
        }
        else if (task.Executing && HasOtherMemory(task))
        {
            Replace(task);
        }

        if (unknown > 0) PlaceOrphansOf(task);
        task.Exiting = true;
        AddressSpace space = task.Space!;
        bool executing = task.Executing;
        task.EndToExecute();
        if (--space.Users > 0 || !options.Wipe)
        {
            // Others use the memory still; the last of them wipes it.
            HandOver(space, task);
            kernel.Continue(task.Id);
            return;
        }

        // It may have been killed with its new memory already, and then nobody can reach the old one.
        if (executing && task.Leaving is null) report.Unheld++;
        // Killed inside execve it has either memory. What is held is wiped first: its mappings are read by the task's number.
        if (task.Leaving is { } held) heldWork.Enqueue((held, null));
        task.Leaving = null;
        waiting.Enqueue(task);
    }

    private void Died(int id, int status)
    {
        // wait(2): ended by a signal, with the bit for a core dump. Every thread of a process tells the same, the first one last.
        if ((status & DumpedCore) != 0 && tasks.TryGetValue(id, out TracedTask? dumped) && dumped.Process == id) report.CoreDumps++;
        if (tasks.TryGetValue(id, out TracedTask? task))
        {
            if (task.Space is not null && Successor(task) is { } successor)
            {
                task = successor;
                Replace(task);
            }

            tasks.Remove(id);
            Lose(task);
        }
        else
        {
            // Killed before it could tell anything.
            report.Tasks++;
            report.Unopened++;
        }

        if (id != first) return;
        report.Status = status;
        KillAll();
    }

    // Killed in a way that skips its exit stop, nothing could be wiped, unless its memory was held.
    private void Lose(TracedTask task)
    {
        if (task.Space is not { } space)
        {
            unknown--;
            report.Unopened++;
            return;
        }

        space.Undead--;
        // Inside execve it may have had new memory already, and then the old one is lost as well.
        bool executing = task.Executing;
        task.EndToExecute();
        if (!task.Exiting)
        {
            if (--space.Users == 0 || executing) report.Unopened++;
            if (space.Users == 0 && executing && task.Leaving is null) report.Unheld++;
        }

        if (space.Users > 0) HandOver(space, task);
        else if (task.Leaving is { } held) heldWork.Enqueue((held, space));
        task.Leaving = null;
    }

    private void Executed(TracedTask task)
    {
        if (!commanded)
        {
            // The launcher's own start: it lives on its own memory before the kernel reports the event (fs/exec.c, exec_mmap and
            // exec_binprm), so it may be followed already. Every later execution was stopped by the filter first.
            GoOn(task);
            return;
        }

        // The task takes the number of its process; all other threads of it are gone.
        if (!TryGetMessage(task, out ulong former)) task = Successor(task) ?? task;
        else if ((int)former != task.Id && tasks.TryGetValue((int)former, out TracedTask? executing)) task = Succeed(executing, task);
        Replace(task);
        GoOn(task);
    }

    // The event of an execve is lost when SIGKILL comes at that moment. Then the thread's number is gone though its death was not told.
    private TracedTask? Successor(TracedTask leader)
    {
        if (leader.Space!.Executing == 0 || leader.Id != leader.Process) return null;
        TracedTask? executing = tasks.Values.FirstOrDefault(
            task => task.Executing && task.Process == leader.Process && task != leader && !kernel.IsThreadOf(leader.Process, task.Id));
        return executing is null ? null : Succeed(executing, leader);
    }

    // The former leader's death is not reported when another thread executes.
    private TracedTask Succeed(TracedTask executing, TracedTask leader)
    {
        if (leader.Space is { } space)
        {
            space.Undead--;
            leader.EndToExecute();
            if (!leader.Exiting) space.Users--;
        }

        leader.Leaving?.Dispose();
        tasks.Remove(executing.Id);
        executing.Id = leader.Id;
        tasks[leader.Id] = executing;
        return executing;
    }

    // Only while another process uses the memory that it had can the kernel tell that it has left it. Its own other threads would be gone.
    private bool HasOtherMemory(TracedTask task)
    {
        bool asked = false;
        foreach (TracedTask other in tasks.Values)
        {
            if (other == task || other.Space != task.Space || other.Exiting) continue;
            // One that was killed in its exit stop, or is in execve itself, may have left it: all have to differ.
            if (other.Process == task.Process || kernel.ShareMemory(task.Id, other.Id) == true) return false;
            asked = true;
        }

        return asked;
    }

    // A program was executed: the task has new memory.
    private void Replace(TracedTask task)
    {
        report.Executions++;
        task.EndToExecute();
        AddressSpace left = task.Space!;
        left.Users--;
        left.Undead--;
        if (left.Users > 0) HandOver(left, task);
        else if (task.Leaving is { } held) WipeLater(held, left);
        // Nobody is left who could wipe it.
        else report.Unheld++;
        task.Leaving = null;
        task.Space = new AddressSpace { Users = 1, Undead = 1 };
    }

    // Who still uses the memory wipes it at the end. When all of them are inside execve none may come to that, so one of them gets it held.
    private void HandOver(AddressSpace space, TracedTask from)
    {
        TracedTask? heir = space.Users == space.Executing && options.Wipe
            ? tasks.Values.First(task => task.Executing && task.Space == space)
            : null;
        if (heir is { Leaving: null })
        {
            from.Leaving?.Remember();
            heir.Leaving = from.Leaving ?? (from.Exiting && from.Space == space ? TryHold(from.Id, remember: true) : null);
        }
        else
        {
            from.Leaving?.Dispose();
        }

        from.Leaving = null;
    }
}
