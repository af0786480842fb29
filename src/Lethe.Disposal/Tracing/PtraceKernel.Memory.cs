using System.Collections.Concurrent;
using System.Diagnostics;
using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Disposal.Tracing;

/// <content>Memory at its end: opened, held and wiped, by the tracer's own thread or, when it is much, by others.</content>
internal sealed partial class PtraceKernel
{
    private const int FirstHolds = 4;

    private readonly ConcurrentBag<AddressSpaceHold> holds = [];
    private readonly BlockingCollection<OpenedMemory> largeWork = [];
    private readonly ManualResetEventSlim largeDone = new(false);
    private (WipeCount Count, double Milliseconds) largeResult;
    private bool canHold;

    /// <inheritdoc/>
    public ITracedMemory Open(int task) => new OpenedMemory(this, task);

    /// <inheritdoc/>
    public ITracedMemory? TryHold(int task, bool remember)
    {
        if (!canHold) return null;
        OpenedMemory? memory = null;
        try
        {
            memory = new OpenedMemory(this, task);
            if (!holds.TryTake(out AddressSpaceHold? hold)) hold = new AddressSpaceHold();
            if (hold.TryBegin(memory))
            {
                memory.Hold = hold;
                if (remember) memory.Remember();
                alone.FindObjects(memory);
                return memory;
            }

            holds.Add(hold);
        }
        catch (IOException)
        {
            // Gone meanwhile, or no descriptors left.
        }

        memory?.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public WipeCount Wipe(int task, ulong start, ulong end, bool anonymousOnly)
    {
        using var files = new AddressSpaceFiles(task);
        return alone.Wipe(files, alive: true, start, end, anonymousOnly);
    }

    /// <inheritdoc/>
    public void KeepObjects(int task)
    {
        using var files = new AddressSpaceFiles(task);
        alone.FindObjects(files);
    }

    /// <inheritdoc/>
    public void BeginWipe(ITracedMemory memory) => largeWork.Add((OpenedMemory)memory);

    /// <inheritdoc/>
    public bool TryEndWipe(out WipeCount count, out double milliseconds)
    {
        bool ended = largeDone.IsSet;
        if (ended) largeDone.Reset();
        (count, milliseconds) = ended ? largeResult : default;
        return ended;
    }

    private void MakeHolds()
    {
        if (!holdAtExecute) return;
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

    private void WipeLarge()
    {
        // As urgent as the tracer: it waits for this, and must not keep it from its only processor.
        _ = Scheduling.TryBecomeRealTime();
        foreach (OpenedMemory memory in largeWork.GetConsumingEnumerable())
        {
            long begin = Stopwatch.GetTimestamp();
            WipeCount count = together.Wipe(memory, memory.IsAlive);
            double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            memory.Dispose();
            largeResult = (count, milliseconds);
            largeDone.Set();
        }
    }

    /// <summary>A task's memory through its files, held or while the task stands at its exit.</summary>
    private sealed class OpenedMemory(PtraceKernel kernel, int task) : AddressSpaceFiles(task), ITracedMemory
    {
        /// <summary>What keeps it beyond the task's execve; null while the task itself does.</summary>
        public AddressSpaceHold? Hold { get; set; }

        /// <summary>Whether the task still has this memory, so that it can be reached by its number.</summary>
        public bool IsAlive => Hold is null;

        // The number leads to other memory after execve, so it is asked now.
        public long ResidentBytes { get; } = ResidentBytesOf(task);

        public WipeCount Wipe() => kernel.alone.Wipe(this, IsAlive);

        public override void Dispose()
        {
            Hold?.Release();
            base.Dispose();
            if (Hold is not null) kernel.holds.Add(Hold);
            Hold = null;
        }

        private static unsafe long ResidentBytesOf(int task)
        {
            // SAFETY: no more than the 128 bytes there is room for are read, and the span ends with what came.
            byte* text = stackalloc byte[128];
            try
            {
                using Descriptor file = Descriptor.Open($"/proc/{task}/statm", FileCalls.O_RDONLY);
                long length = ProcessMemory.Read(file, text, 128, 0);
                // proc_pid_statm(5): size, resident, of files and shared, in pages.
                var line = new ReadOnlySpan<byte>(text, (int)Math.Max(0, length));
                Span<long> numbers = stackalloc long[3];
                for (int index = 0; index < numbers.Length; index++)
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
}
