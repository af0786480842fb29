using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Disposal.Tracing;

/// <content>System calls that the filter stops: programs to execute, and memory that is given back while a process lives.</content>
internal sealed partial class Tracer
{
    // linux/falloc.h: punching a hole and collapsing a range free pages. sys/shm.h: IPC_RMID.
    private const ulong PunchHole = 2, CollapseRange = 8;

    private bool warned;

    /// <summary>Overwrites a System V segment that is removed while nobody is attached, inside the workload's namespace.</summary>
    public Action<int> SegmentRemoved { get; set; } = _ => { };

    private void Called(TracedTask task)
    {
        bool execute = false;
        if (Ptrace.TryGetEventMessage(task.Id, out ulong reason))
        {
            execute = reason == StopReason.Execute;
            if (execute) task.Leaving = BeforeExecute(task);
            else if (Ptrace.TryGetRegisters(task.Id, out Registers registers)) BeforeCall(task, (int)reason, registers);
        }

        Ptrace.Continue(task.Id, untilCallReturns: execute);
    }

    private void ExecuteFailed(TracedTask task)
    {
        Drop(task.Leaving);
        task.Leaving = null;
    }

    private HeldSpace? BeforeExecute(TracedTask task)
    {
        Drop(task.Leaving);
        task.LeavesUnheld = false;
        // Memory that another process uses as well (vfork) lives on with that one.
        AddressSpace space = task.Space!;
        if (space.Users > 1 && tasks.Values.Count(other => other.Space == space && !other.Exiting && other.Process == task.Process) < space.Users) return null;
        HeldSpace? held = Hold(task);
        task.LeavesUnheld = held is null;
        if (held is not null) inlineWiper.FindObjects(held.Files);
        return held;
    }

    private void BeforeCall(TracedTask task, int reason, in Registers call)
    {
        switch (reason)
        {
            case StopReason.Unmap or StopReason.MapOver: Return(task, call.First, call.Second); break;
            case StopReason.Advise when !HasLockedMemory(task.Process): Return(task, call.First, call.Second); break;
            case StopReason.Advise: report.Count.Unreached += (long)call.Second; break;
            case StopReason.Break: MoveBreak(task, call.First); break;
            case StopReason.Remap: Remap(task, call); break;
            case StopReason.Truncate: Cut($"/proc/{task.Process}/fd/{(int)call.First}", (long)call.Second, long.MaxValue); break;
            case StopReason.Punch: Cut($"/proc/{task.Process}/fd/{(int)call.First}", (long)call.Third, (long)(call.Third + call.Fourth)); break;
            case StopReason.DetachSegment: KeepObjects(task); break;
            case StopReason.RemoveSegment: SegmentRemoved((int)call.First); break;
            case StopReason.Trace when !warned:
                warned = true;
                notice($"process {task.Process} asked to trace another one; debuggers do not work here, as each process of the workload has a tracer already");
                break;
        }
    }

    // Whatever goes away at this call, if the call succeeds. Bad arguments make it fail, and then nothing may be lost.
    private void Return(TracedTask task, ulong start, ulong length)
    {
        ulong page = (ulong)Environment.SystemPageSize;
        if (!options.Wipe || start % page != 0 || length == 0 || start + length < start) return;
        try
        {
            using var files = new AddressSpaceFiles(task.Process);
            report.Count.Add(inlineWiper.Wipe(files, alive: true, start, start + (length + page - 1) / page * page));
            }
        catch (IOException)
        {
            report.Unopened++;
        }
    }

    // What the process asked for last says that the heap may shrink; only the kernel knows what it has, as a call can fail.
    private void MoveBreak(TracedTask task, ulong wanted)
    {
        AddressSpace space = task.Space!;
        bool mayShrink = wanted != 0 && (space.Break == 0 || wanted < space.Break);
        if (wanted != 0) space.Break = wanted;
        if (!mayShrink) return;
        ulong page = (ulong)Environment.SystemPageSize, start = (wanted + page - 1) / page * page;
        (ulong heapStart, ulong heapEnd) = Heap(task.Process);
        if (wanted >= heapStart && start < heapEnd) Return(task, start, heapEnd - start);
    }

    private void Remap(TracedTask task, in Registers call)
    {
        ulong page = (ulong)Environment.SystemPageSize;
        ulong kept = (call.Third + page - 1) / page * page;
        if (call.Second > kept && call.Third != 0) Return(task, call.First + kept, call.Second - kept);
        if ((call.Fourth & MemoryCalls.MREMAP_FIXED) != 0) Return(task, call.Fifth, call.Third);
    }

    private void Cut(string path, long from, long to)
    {
        try
        {
            using Descriptor file = Descriptor.Open(path, FileCalls.O_RDWR | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY);
            if (objects.Keeps(file) && FileStatus.Of(file).Length > from) ObjectWiper.Wipe(file, from, to);
        }
        catch (IOException)
        {
            // Then the call itself fails too.
        }
    }

    private void KeepObjects(TracedTask task)
    {
        try
        {
            using var files = new AddressSpaceFiles(task.Process);
            inlineWiper.FindObjects(files);
        }
        catch (IOException)
        {
            report.Unopened++;
        }
    }

    private static bool HasLockedMemory(int process) => ProcessStatus.Kilobytes(process, "VmLck:") != 0;

    private static (ulong Start, ulong End) Heap(int process)
    {
        try
        {
            string? heap = File.ReadLines($"/proc/{process}/maps").FirstOrDefault(line => line.EndsWith("[heap]", StringComparison.Ordinal));
            string[]? bounds = heap?.Split(' ')[0].Split('-');
            return bounds is null ? default : (Convert.ToUInt64(bounds[0], 16), Convert.ToUInt64(bounds[1], 16));
        }
        catch (IOException)
        {
            return default;
        }
    }
}
