using System.Diagnostics;
using Lethe.Disposal.Wiping;

namespace Lethe.Disposal.Tracing;

/// <content>
/// Wiping, one address space after the other: of two that share pages and end together, each would take the pages for
/// the other's. So the next begins only when the kernel has taken back the one before.
/// </content>
internal sealed partial class Tracer
{
    // From here on wiping is given to other threads.
    private const long LargeBytes = 4 << 20;

    private const int PollMicroseconds = 50, LongestPollMicroseconds = 2000;

    // How long the end of one may take before the next goes on without it, and how long a parent has to name its child.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), OrphanAge = TimeSpan.FromMilliseconds(2);

    private readonly Queue<TracedTask> waiting = new(256);
    private readonly Queue<(ITracedMemory Memory, AddressSpace? Left)> heldWork = new(64);
    private TracedTask? large;
    private AddressSpace? last;
    private TimeSpan endBegan;
    private bool busy;
    private int pause = PollMicroseconds;

    private bool MustPoll => busy || unknown > 0 || waiting.Count > 0 || heldWork.Count > 0;

    private ITracedMemory? TryHold(int task, bool remember) =>
        options is { Wipe: true, HoldAtExecute: true } ? kernel.TryHold(task, remember) : null;

    // The task may be gone before its turn comes, and its number with it.
    private void WipeLater(ITracedMemory held, AddressSpace left)
    {
        if (busy || heldWork.Count > 0 || last is { Undead: > 0 } || left.Undead > 0) held.Remember();
        heldWork.Enqueue((held, left));
    }

    private void WipeNext()
    {
        while (!busy && IsFreed(last))
        {
            if (heldWork.TryDequeue(out (ITracedMemory Memory, AddressSpace? Left) held)) WipeHeld(held.Memory, held.Left);
            else if (waiting.TryDequeue(out TracedTask? task)) WipeAtExit(task);
            else return;
        }
    }

    // Whoever had it besides may not be gone: then it is freed only when they are.
    private void WipeHeld(ITracedMemory memory, AddressSpace? left)
    {
        last = left;
        endBegan = kernel.Now;
        Wipe(null, memory);
    }

    private void WipeAtExit(TracedTask task)
    {
        if (unknown > 0) PlaceOrphansOf(task);
        if (task.Space!.Users > 0)
        {
            kernel.Continue(task.Id);
            return;
        }

        last = task.Space;
        endBegan = kernel.Now;
        try
        {
            Wipe(task, kernel.Open(task.Id));
        }
        catch (IOException)
        {
            report.Unopened++;
            kernel.Continue(task.Id);
        }
    }

    // No task stands at its exit for memory that is held.
    private void Wipe(TracedTask? task, ITracedMemory memory)
    {
        if (memory.ResidentBytes >= LargeBytes)
        {
            busy = true;
            large = task;
            kernel.BeginWipe(memory);
            return;
        }

        long begin = Stopwatch.GetTimestamp();
        report.Count.Add(memory.Wipe());
        report.WipeMs += Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        memory.Dispose();
        if (task is not null) Finish(task);
    }

    // Killed meanwhile it left its exit stop by itself, perhaps before everything was wiped.
    private void Finish(TracedTask task)
    {
        if (!kernel.Continue(task.Id)) report.Unopened++;
    }

    private void Poll()
    {
        if (busy && kernel.TryEndWipe(out WipeCount count, out double milliseconds))
        {
            busy = false;
            report.Count.Add(count);
            report.WipeMs += milliseconds;
            if (large is not null) Finish(large);
            endBegan = kernel.Now;
            return;
        }

        kernel.Pause(pause);
        pause = Math.Min(pause * 2, LongestPollMicroseconds);
        if (unknown > 0 && kernel.Now - unknownSince > OrphanAge)
        {
            foreach (TracedTask orphan in tasks.Values.Where(task => task.Space is null && task.Waiting).ToList()) PlaceOrphan(orphan);
        }
    }

    /// <summary>Whether the kernel has taken back the memory that was wiped last.</summary>
    private bool IsFreed(AddressSpace? space)
    {
        if (space is null || space.Undead <= 0) return true;
        if (kernel.Now - endBegan < Patience) return false;
        report.Unordered++;
        return true;
    }
}
