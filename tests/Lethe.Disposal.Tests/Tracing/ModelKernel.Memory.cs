using Lethe.Disposal.Tracing;
using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Tests.Disposal.Tracing;

/// <content>Memory: opened, held, wiped and freed.</content>
internal sealed partial class ModelKernel
{
    private const int PageBytes = 4096;

    private OpenMemory? large;

    /// <summary>Whether a wipe by other threads has come to its end.</summary>
    public Func<bool> LargeIsDone { get; set; } = () => true;

    /// <summary>What other processors do while the tracer is in a call.</summary>
    public Action Meanwhile { get; set; } = () => { };

    public int Opened { get; private set; }

    public int Held { get; private set; }

    public int KeptObjects { get; private set; }

    public ITracedMemory Open(int task)
    {
        if (Flaws.ShortOfDescriptors()) throw new LinuxException(Errno.EMFILE, "open");
        Opened++;
        return new OpenMemory(this, task, MemoryOf(task), held: false, remember: false);
    }

    public ITracedMemory? TryHold(int task, bool remember)
    {
        Meanwhile();
        if (Flaws.CannotHold() || tasks.GetValueOrDefault(task)?.Memory is not { } memory) return null;
        Held++;
        memory.Holds++;
        return new OpenMemory(this, task, memory, held: true, remember);
    }

    public WipeCount Wipe(int task, ulong start, ulong end, bool anonymousOnly)
    {
        if (Flaws.ShortOfDescriptors()) throw new LinuxException(Errno.EMFILE, "open");
        return new WipeCount { Wiped = (long)(end - start) };
    }

    void ITraceKernel.KeepObjects(int task)
    {
        _ = MemoryOf(task);
        KeptObjects++;
    }

    public void BeginWipe(ITracedMemory memory)
    {
        if (large is not null) Problem("a second wipe is begun before the first has ended");
        large = (OpenMemory)memory;
        large.CheckUsers();
        // The list of mappings is read as a whole before anything is written.
        large.Remember();
    }

    public bool TryEndWipe(out WipeCount count, out double milliseconds)
    {
        (count, milliseconds) = (default, 1);
        if (large is null || !LargeIsDone()) return false;
        count = large.Zero();
        large.Dispose();
        large = null;
        return true;
    }

    private ModelMemory NewMemory(bool ours = true)
    {
        var memory = new ModelMemory(memories.Count) { Ours = ours };
        memories.Add(memory);
        return memory;
    }

    // Of a task that has left it, or is gone, nothing can be opened.
    private ModelMemory MemoryOf(int task) => tasks.GetValueOrDefault(task)?.Memory ?? throw new LinuxException(Errno.ESRCH, "open");

    private void Leave(ModelTask task)
    {
        ModelMemory memory = task.Memory!;
        task.Memory = null;
        memory.Users.Remove(task);
        Settle(memory);
        if (task.VirtualParent is { } parent)
        {
            task.VirtualParent = null;
            if (parent.Activity == Activity.AwaitsChild) parent.Activity = Activity.Runs;
        }
    }

    private void Settle(ModelMemory memory)
    {
        if (memory.Freed || memory.Users.Count > 0 || memory.Holds > 0) return;
        memory.Freed = true;
        Log($"memory {memory.Id} is freed{(memory.Wiped ? "" : ", not wiped")}");
        if (memory is { Wiped: false, Ours: true }) Unwiped++;
    }

    private sealed class OpenMemory(ModelKernel kernel, int task, ModelMemory memory, bool held, bool remember) : ITracedMemory
    {
        private bool closed, remembered = remember;

        public long ResidentBytes => memory.ResidentBytes;

        public WipeCount Wipe()
        {
            CheckUsers();
            kernel.Meanwhile();
            return Zero();
        }

        public void Remember() => remembered |= kernel.tasks.ContainsKey(task);

        public void CheckUsers()
        {
            if (closed) kernel.Problem($"memory {memory.Id} is wiped through closed files");
            kernel.Log($"wipe memory {memory.Id}");
            // A child whose parent was killed in its birth is not known before it comes to its own first stop: no tracer can know better.
            // Nor, when memory was left by execve meanwhile, whose it was.
            foreach (ModelTask user in memory.Users.Where(
                user => user is { AtExit: false, Doomed: false, Known: true } && !(held && user.Unclaimed)))
            {
                kernel.Problem($"memory {memory.Id} is wiped while {user} uses it");
            }

            if (kernel.memories.Any(other => other != memory && other is { Wiped: true, Freed: false, Ours: true }
                && other.Users.All(user => user.Activity == Activity.Leaves)))
            {
                kernel.Overlapping++;
            }
        }

        public WipeCount Zero()
        {
            // Memory that goes away meanwhile looks like memory that has no pages.
            if (memory.Freed) return default;
            // The list of mappings belongs to a number, and says nothing when that has vanished (fs/proc/task_mmu.c, m_start).
            if (!remembered && !kernel.tasks.ContainsKey(task)) return new WipeCount { Unreached = PageBytes };
            memory.Wiped = true;
            return new WipeCount { Wiped = PageBytes, Verified = 1 };
        }

        public void Dispose()
        {
            if (closed) kernel.Problem($"memory {memory.Id} is let go twice");
            closed = true;
            if (!held) return;
            memory.Holds--;
            kernel.Settle(memory);
        }
    }
}
