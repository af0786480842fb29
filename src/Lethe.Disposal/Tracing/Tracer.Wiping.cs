using System.Collections.Concurrent;
using System.Diagnostics;
using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Disposal.Tracing;

/// <content>
/// Wiping, one address space after the other: of two that share pages and end together, each would take the pages for
/// the other's. So the next begins only when the kernel has taken back the one before.
/// </content>
internal sealed partial class Tracer
{
    // From here on wiping is given to other threads.
    private const long LargeBytes = 4 << 20;

    // How long the end of one may take before the next goes on without it.
    private const int PatienceMs = 5000, PollMicroseconds = 50, LongestPollMicroseconds = 2000, FirstHolds = 4, OrphanMs = 2;

    private readonly Queue<TracedTask> waiting = new(256);
    private readonly Queue<HeldSpace> heldWork = new(64);
    private readonly ConcurrentBag<AddressSpaceHold> holds = [];
    private readonly BlockingCollection<(TracedTask? Task, HeldSpace? Held, AddressSpaceFiles Files)> largeWork = [];
    private readonly ManualResetEventSlim largeDone = new(false);
    private readonly WipeCrew crew;
    private readonly Wiper inlineWiper, crewWiper;
    private readonly KeptObjects objects;
    private readonly Stopwatch endClock = new();
    private (TracedTask? Task, WipeCount Count, double Milliseconds) largeResult;
    private bool busy, canHold;
    private int pause = PollMicroseconds;
    private TracedTask? last;

    private bool MustPoll => busy || unknown > 0 || waiting.Count > 0 || heldWork.Count > 0;

    private void MakeHolds()
    {
        if (!options.HoldAtExecute || !options.Wipe) return;
        try
        {
            for (int index = 0; index < FirstHolds; index++) holds.Add(new AddressSpaceHold());
            canHold = true;
        }
        catch (LinuxException)
        {
            // Not for this user: executions are counted as unheld.
        }
    }

    /// <summary>Keeps the memory of a process that is about to execute another program.</summary>
    private HeldSpace? Hold(TracedTask task)
    {
        if (!canHold) return null;
        try
        {
            long resident = ResidentBytes(task.Id);
            // The number of a process whose first thread has ended leads to no memory, and that of the executing thread will vanish.
            bool firstEnded = task.Id != task.Process && (!tasks.TryGetValue(task.Process, out TracedTask? leader) || leader.Exiting);
            var files = new AddressSpaceFiles(firstEnded ? task.Id : task.Process, remember: firstEnded);
            if (!holds.TryTake(out AddressSpaceHold? hold)) hold = new AddressSpaceHold();
            if (hold.TryBegin(files)) return new HeldSpace(files, hold, resident);
            holds.Add(hold);
            files.Dispose();
        }
        catch (IOException)
        {
            // Gone meanwhile, or no descriptors left.
        }

        return null;
    }

    private void Drop(HeldSpace? held)
    {
        if (held is null) return;
        held.Hold.Release();
        held.Files.Dispose();
        holds.Add(held.Hold);
    }

    private void WipeNext()
    {
        while (!busy && IsFreed(last))
        {
            if (heldWork.TryDequeue(out HeldSpace? held)) Wipe(null, held, held.Files, held.ResidentBytes);
            else if (waiting.TryDequeue(out TracedTask? task)) WipeAtExit(task);
            else return;
        }
    }

    private void WipeAtExit(TracedTask task)
    {
        last = task;
        endClock.Restart();
        try
        {
            Wipe(task, null, new AddressSpaceFiles(task.Id), ResidentBytes(task.Id));
        }
        catch (IOException)
        {
            report.Unopened++;
            Finish(task);
        }
    }

    private void Wipe(TracedTask? task, HeldSpace? held, AddressSpaceFiles files, long resident)
    {
        if (resident >= LargeBytes)
        {
            busy = true;
            largeWork.Add((task, held, files));
            return;
        }

        long begin = Stopwatch.GetTimestamp();
        report.Count.Add(inlineWiper.Wipe(files, alive: task is not null));
        report.WipeMs += Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        Release(held, files);
        if (task is not null) Finish(task);
    }

    private void Release(HeldSpace? held, AddressSpaceFiles files)
    {
        if (held is not null) Drop(held);
        else files.Dispose();
    }

    private void Finish(TracedTask task)
    {
        if (task.Leaving is { } held)
        {
            // The execve failed after the kernel had made the new memory: the old one is still to be wiped.
            heldWork.Enqueue(held);
            task.Leaving = null;
        }

        Ptrace.Continue(task.Id);
    }

    private void WipeLarge()
    {
        // As urgent as the tracer: it waits for this, and must not keep it from its only processor.
        _ = Scheduling.TryBecomeRealTime();
        foreach ((TracedTask? task, HeldSpace? held, AddressSpaceFiles files) in largeWork.GetConsumingEnumerable())
        {
            long begin = Stopwatch.GetTimestamp();
            WipeCount count = crewWiper.Wipe(files, alive: task is not null);
            double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            Release(held, files);
            largeResult = (task, count, milliseconds);
            largeDone.Set();
        }
    }

    private void Poll()
    {
        if (busy && largeDone.IsSet)
        {
            largeDone.Reset();
            busy = false;
            report.Count.Add(largeResult.Count);
            report.WipeMs += largeResult.Milliseconds;
            if (largeResult.Task is { } task) Finish(task);
            endClock.Restart();
            return;
        }

        Scheduling.SleepMicroseconds(pause);
        pause = Math.Min(pause * 2, LongestPollMicroseconds);
        if (unknown > 0 && unknownSince.ElapsedMilliseconds > OrphanMs)
        {
            foreach (TracedTask orphan in tasks.Values.Where(task => task.Space is null && task.Waiting).ToList()) PlaceOrphan(orphan);
        }
    }

    /// <summary>Whether the kernel has taken back the memory of the task that was wiped last.</summary>
    private bool IsFreed(TracedTask? task)
    {
        if (task is null || task.Space!.Undead <= 0) return true;
        if (endClock.ElapsedMilliseconds < PatienceMs) return false;
        report.Unordered++;
        return true;
    }

    /// <summary>About how many bytes of RAM are the task's own: only to decide who wipes them.</summary>
    private static unsafe long ResidentBytes(int task)
    {
        byte* text = stackalloc byte[128];
        try
        {
            using Descriptor file = Descriptor.Open($"/proc/{task}/statm", FileCalls.O_RDONLY);
            long length = ProcessMemory.Read(file, text, 128, 0);
            // proc_pid_statm(5): size, resident, of files and shared, in pages.
            Span<Range> words = stackalloc Range[4];
            var line = new ReadOnlySpan<byte>(text, (int)Math.Max(0, length));
            long[] numbers = [0, 0, 0];
            for (int index = 0; index < 3; index++)
            {
                int space = line.IndexOf((byte)' ');
                if (space < 0 || !System.Buffers.Text.Utf8Parser.TryParse(line[..space], out numbers[index], out _)) return 0;
                line = line[(space + 1)..];
            }

            return (numbers[1] - numbers[2]) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
