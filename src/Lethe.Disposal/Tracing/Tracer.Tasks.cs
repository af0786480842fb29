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
        if (kernel.TryGetEventMessage(parent.Id, out ulong message))
        {
            int id = (int)message;
            if (!tasks.TryGetValue(id, out TracedTask? child))
            {
                child = new TracedTask(id);
                tasks[id] = child;
                report.Tasks++;
                unknown++;
            }

            // Null when it is dead by now: its death was reported before its birth.
            bool? shares = child.Space is null ? kernel.ShareMemory(parent.Id, id) : null;
            if (shares is not null) Place(child, parent, shares.Value);
            else if (child.Space is null && tasks.Remove(id)) unknown--;
        }

        kernel.Continue(parent.Id);
    }

    // The event's kind says nothing about it (posix_spawn shares memory like vfork), so the kernel is asked.
    private void Place(TracedTask child, TracedTask? parent, bool shares)
    {
        unknown--;
        child.Space = shares ? parent!.Space! : new AddressSpace { Break = parent?.Space!.Break ?? 0 };
        child.Process = shares && kernel.IsThreadOf(parent!.Process, child.Id) ? parent.Process : child.Id;
        child.Space.Users++;
        child.Space.Undead++;
        if (child.Waiting) kernel.Continue(child.Id);
        child.Waiting = false;
        if (ending) kernel.TrySignal(child.Process, ProcessCalls.SIGKILL);
    }

    // The parent was killed before it could tell: whoever shares the memory is found by asking.
    private void PlaceOrphan(TracedTask child)
    {
        TracedTask? relative = tasks.Values.FirstOrDefault(
            task => task.Space is not null && !task.Exiting && kernel.ShareMemory(task.Id, child.Id) == true);
        Place(child, relative, shares: relative is not null);
    }

    private void Exiting(TracedTask task)
    {
        task.Waiting = false;
        if (task.Space is null) PlaceOrphan(task);
        task.Exiting = true;
        if (--task.Space!.Users > 0 || !options.Wipe)
        {
            // Others use the memory still; the last of them wipes it.
            task.Leaving?.Dispose();
            task.Leaving = null;
            kernel.Continue(task.Id);
            return;
        }

        waiting.Enqueue(task);
    }

    private void Died(int id, int status)
    {
        // wait(2): ended by a signal, with the bit for a core dump. Every thread of a process tells the same, the first one last.
        if ((status & DumpedCore) != 0 && tasks.TryGetValue(id, out TracedTask? dumped) && dumped.Process == id) report.CoreDumps++;
        if (tasks.Remove(id, out TracedTask? task))
        {
            if (task.Space is null) unknown--;
            else
            {
                task.Space.Undead--;
                // Killed in a way that skips its exit stop: then nothing could be wiped.
                if (!task.Exiting && --task.Space.Users == 0) report.Unopened++;
            }

            task.Leaving?.Dispose();
        }

        if (id != first) return;
        report.Status = status;
        KillAll();
    }

    private void Executed(TracedTask task)
    {
        if (!commanded)
        {
            // The launcher's own start: it lives on its own memory before the kernel reports the event (fs/exec.c, exec_mmap and exec_binprm),
            // so it may be followed already. Every later execution was stopped by the filter first.
            kernel.Continue(task.Id);
            return;
        }

        report.Executions++;
        // The task takes the number of its process; all other threads of it are gone.
        if (kernel.TryGetEventMessage(task.Id, out ulong former) && (int)former != task.Id && tasks.Remove((int)former, out TracedTask? executing))
        {
            Forget(task);
            executing.Id = task.Id;
            tasks[task.Id] = executing;
            task = executing;
        }

        AddressSpace left = task.Space!;
        left.Users--;
        left.Undead--;
        // Nobody is left who could wipe it.
        if (task.Leaving is null && left.Users == 0) report.Unheld++;
        task.Space = new AddressSpace { Users = 1, Undead = 1 };
        if (task.Leaving is { } held)
        {
            task.Leaving = null;
            heldWork.Enqueue(held);
        }

        kernel.Continue(task.Id);
    }

    // The former leader's death is not reported when another thread executes.
    private static void Forget(TracedTask leader)
    {
        if (leader.Space is not { } space) return;
        space.Undead--;
        if (!leader.Exiting) space.Users--;
    }
}
