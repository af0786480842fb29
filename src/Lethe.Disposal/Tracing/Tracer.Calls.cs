using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Disposal.Tracing;

/// <content>System calls that the filter stops: programs to execute, and memory that is given back while a process lives.</content>
internal sealed partial class Tracer
{
    // linux/falloc.h.
    private const ulong PunchHole = 2, KeepSize = 1;

    // TASK_SIZE of x86-64 with four levels of page tables, and MAP_FIXED_NOREPLACE of linux/mman.h.
    private const ulong EndOfMemory = 0x7ffffffff000, MapFixedNoReplace = 0x100000;

    private bool warned;

    /// <summary>Overwrites a System V segment that is removed while nobody is attached, inside the workload's namespace.</summary>
    public Action<int, int> SegmentRemoved { get; set; } = (_, _) => { };

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
        // Memory that another process uses as well (vfork) lives on with that one.
        AddressSpace space = task.Space!;
        if (space.Users > 1 && tasks.Values.Count(other => other.Space == space && !other.Exiting && other.Process == task.Process) < space.Users) return null;
        HeldSpace? held = Hold(task);
        if (held is not null) inlineWiper.FindObjects(held.Files);
        return held;
    }

    private void BeforeCall(TracedTask task, int reason, in Registers call)
    {
        switch (reason)
        {
            case StopReason.Unmap: Return(task, call.First, call.Second); break;
            case StopReason.MapOver when (call.Fourth & MapFixedNoReplace) == 0: Return(task, call.First, call.Second); break;
            case StopReason.Advise when !HasLockedMemory(task.Process): Return(task, call.First, call.Second, anonymousOnly: call.Third == MemoryCalls.MADV_FREE); break;
            case StopReason.Advise: report.Count.Unreached += (long)call.Second; break;
            case StopReason.Break: MoveBreak(task, call.First); break;
            case StopReason.Remap: Remap(task, call); break;
            case StopReason.Truncate: Cut(task, (int)call.First, (long)call.Second, long.MaxValue); break;
            // Without "keep size" the kernel refuses to punch (vfs_fallocate).
            case StopReason.Punch when call.Second == (PunchHole | KeepSize): Cut(task, (int)call.First, (long)call.Third, (long)(call.Third + call.Fourth)); break;
            case StopReason.DetachSegment: KeepObjects(task); break;
            case StopReason.RemoveSegment: RemoveSegment(task, (int)call.First); break;
            case StopReason.Trace when !warned:
                warned = true;
                notice($"process {task.Process} asked to trace another one; debuggers do not work here, as each process of the workload has a tracer already");
                break;
        }
    }

    private void RemoveSegment(TracedTask task, int segment)
    {
        try
        {
            SegmentRemoved(task.Id, segment);
        }
        catch (IOException)
        {
            report.Unopened++;
        }
    }

    // Whatever goes away at this call, if the call succeeds. Bad arguments make it fail, and then nothing may be lost.
    private void Return(TracedTask task, ulong start, ulong length, bool anonymousOnly = false)
    {
        ulong page = (ulong)Environment.SystemPageSize;
        if (!options.Wipe || start % page != 0 || length == 0 || length > EndOfMemory || start > EndOfMemory - length) return;
        try
        {
            using var files = new AddressSpaceFiles(task.Id);
            report.Count.Add(inlineWiper.Wipe(files, alive: true, start, start + (length + page - 1) / page * page, anonymousOnly));
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
        if (wanted > EndOfMemory) return;
        ulong page = (ulong)Environment.SystemPageSize, start = (wanted + page - 1) / page * page;
        (ulong heapStart, ulong heapEnd) = Heap(task.Process);
        if (wanted >= heapStart && start < heapEnd) Return(task, start, heapEnd - start);
    }

    private void Remap(TracedTask task, in Registers call)
    {
        ulong page = (ulong)Environment.SystemPageSize, old = call.First, oldLength = call.Second, length = call.Third, target = call.Fifth;
        bool moves = (call.Fourth & MemoryCalls.MREMAP_FIXED) != 0;
        bool overlaps = moves && target < old + oldLength && old < target + length;
        // What the kernel refuses (mm/mremap.c) may not be wiped.
        if (length == 0 || length > EndOfMemory || oldLength > EndOfMemory || old % page != 0 || overlaps || (moves && target % page != 0)) return;
        ulong kept = (length + page - 1) / page * page;
        if (oldLength > kept) Return(task, old + kept, oldLength - kept);
        if (moves) Return(task, target, length);
    }

    // Through the kept descriptor: opening the file again could touch a device or wait for a server of the workload.
    private void Cut(TracedTask task, int number, long from, long to)
    {
        if (from < 0 || to < from) return;
        try
        {
            string flags = File.ReadLines($"/proc/{task.Id}/fdinfo/{number}").First(line => line.StartsWith("flags:", StringComparison.Ordinal));
            // proc(5): octal; the last digit's low two bits are 0 for read-only, and then the call fails.
            if (((flags[^1] - '0') & 3) == 0) return;
            using Descriptor file = TaskCalls.TakeDescriptor(task.Process, number);
            objects.Cut(file, from, to);
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
