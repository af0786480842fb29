using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Disposal.Tracing;

/// <content>
/// Memory that a process gives back while it lives. It is wiped before the call, as afterwards nobody reaches it, so a call
/// that will fail has to be told beforehand: it must find everything as it was.
/// </content>
internal sealed partial class Tracer
{
    // TASK_SIZE of x86-64 with four levels of page tables, and MAP_FIXED_NOREPLACE of linux/mman.h.
    private const ulong EndOfMemory = 0x7ffffffff000, MapFixedNoReplace = 0x100000;

    // Whatever goes away at this call, if the call succeeds. Bad arguments make it fail, and then nothing may be lost.
    private void GiveBack(TracedTask task, ulong start, ulong length, bool anonymousOnly = false)
    {
        ulong page = (ulong)Environment.SystemPageSize;
        if (!options.Wipe || start % page != 0 || length == 0 || length > EndOfMemory || start > EndOfMemory - length) return;
        try
        {
            report.Count.Add(kernel.Wipe(task.Id, start, start + (length + page - 1) / page * page, anonymousOnly));
        }
        catch (IOException)
        {
            report.Unopened++;
        }
    }

    /// <summary>Whether mmap(2) at a fixed address can succeed, by what mm/mmap.c asks of its arguments.</summary>
    private bool CanMapOver(TracedTask task, in Registers call)
    {
        ulong kind = call.Fourth & MemoryCalls.MAP_TYPE, page = (ulong)Environment.SystemPageSize;
        if ((call.Fourth & MapFixedNoReplace) != 0 || kind is 0 or > MemoryCalls.MAP_SHARED_VALIDATE || call.Sixth % page != 0)
            return false;
        if ((call.Fourth & MemoryCalls.MAP_ANONYMOUS) == 0 && !CanMap(task, (int)call.Fifth, kind, call.Third)) return false;
        ulong limit = TaskCalls.AddressSpaceOf(task.Id);
        return limit == ulong.MaxValue || (ulong)ProcessStatus.Kilobytes(task.Id, "VmSize:") * 1024 + call.Second
            - Mapped(task.Id, call.First, call.Second) <= limit;
    }

    // What is replaced does not count against the limit.
    private ulong Mapped(int process, ulong start, ulong length)
    {
        ulong mapped = 0;
        foreach ((ulong first, ulong last, _) in MappingsOf(process))
        {
            if (last > start && first < start + length) mapped += Math.Min(last, start + length) - Math.Max(first, start);
        }

        return mapped;
    }

    // do_mmap: opened for reading, for writing as well where changes are shared, and of a kind that can be mapped.
    private bool CanMap(TracedTask task, int number, ulong kind, ulong protection)
    {
        try
        {
            using Descriptor? file = VanishingFiles.TryOpen($"/proc/{task.Id}/fd/{number}", FileCalls.O_PATH);
            // No such descriptor: the call fails too.
            if (file is null) return false;
            FileStatus status = FileStatus.Of(file);
            bool writes = kind != MemoryCalls.MAP_PRIVATE && (protection & MemoryCalls.PROT_WRITE) != 0;
            return (status.IsRegular || status.IsBlockDevice || status.IsCharacterDevice) && FlagsOf(task, number) is { } flags
                && (flags & FileCalls.O_PATH) == 0
                && (writes ? (flags & FileCalls.O_ACCMODE) == FileCalls.O_RDWR : (flags & FileCalls.O_ACCMODE) != FileCalls.O_WRONLY);
        }
        catch (IOException)
        {
            report.Unopened++;
            return false;
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
        (ulong heapStart, ulong heapEnd) = Heap(task.Id);
        if (wanted >= heapStart && start < heapEnd) GiveBack(task, start, heapEnd - start);
    }

    private void Remap(TracedTask task, in Registers call)
    {
        ulong page = (ulong)Environment.SystemPageSize, old = call.First, oldLength = call.Second, length = call.Third, target = call.Fifth;
        bool moves = (call.Fourth & MemoryCalls.MREMAP_FIXED) != 0;
        bool overlaps = moves && target < old + oldLength && old < target + length;
        // What the kernel refuses (mm/mremap.c) may not be wiped.
        if (length == 0 || length > EndOfMemory || oldLength > EndOfMemory || old % page != 0 || overlaps || (moves && target % page != 0))
            return;
        if (!IsOneMapping(task.Id, old, oldLength)) return;
        ulong kept = (length + page - 1) / page * page;
        if (oldLength > kept) GiveBack(task, old + kept, oldLength - kept);
        if (moves) GiveBack(task, target, length);
    }

    private static bool HasLockedMemory(int process) => ProcessStatus.Kilobytes(process, "VmLck:") != 0;

    // An address in the middle of several mappings, or of none, makes mremap fail.
    private bool IsOneMapping(int process, ulong start, ulong length) =>
        MappingsOf(process).Any(mapping => mapping.Start <= start && start + length <= mapping.End);

    // It is several mappings when parts of it differ, in permissions for example.
    private (ulong Start, ulong End) Heap(int process)
    {
        (ulong Start, ulong End)[] heap =
        [
            .. MappingsOf(process).Where(mapping => mapping.Heap).Select(mapping => (mapping.Start, mapping.End)),
        ];
        return heap.Length == 0 ? default : (heap[0].Start, heap[^1].End);
    }

    // None when they cannot be read: nothing is wiped then, and that is counted as missed.
    private List<(ulong Start, ulong End, bool Heap)> MappingsOf(int process)
    {
        var mappings = new List<(ulong, ulong, bool)>();
        int strange = 0;
        try
        {
            // Gone: then the call does nothing either.
            ReadOnlySpan<byte> text = VanishingFiles.TryReadBytes($"/proc/{process}/maps");
            while (Mapping.TryTake(ref text, out Mapping mapping, ref strange))
                mappings.Add((mapping.Start, mapping.End, mapping.Name.SequenceEqual("[heap]"u8)));
        }
        catch (IOException)
        {
            strange++;
        }

        report.Unopened += strange;
        return strange == 0 ? mappings : [];
    }
}
