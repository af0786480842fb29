namespace Lethe.Scanning.Kernel;

/// <summary>
/// Finds the processes that have an anonymous page mapped, as the kernel does (mm/rmap.c, rmap_walk_anon): the page
/// names a tree of mappings that may have it. A mapping counts only if its process's page tables lead to this very page.
/// </summary>
internal sealed class AnonymousPages(KernelObjects objects, TaskTable tasks)
{
    // Enough for a page after ten thousand forks. Further mappings are not reported.
    private const int MostMappings = 10_000;

    /// <param name="frame">Page frame number.</param>
    /// <param name="mapping">The page's mapping word, with the mark of anonymous pages.</param>
    /// <param name="index">The page's index in the mappings, in pages.</param>
    public IEnumerable<ProcessName> ProcessesOf(long frame, ulong mapping, ulong index)
    {
        foreach (ulong area in AreasOf(mapping & ~3UL))
        {
            ulong? start = objects.Word(area, "vm_area_struct", "vm_start"), end = objects.Word(area, "vm_area_struct", "vm_end");
            ulong? first = FirstPageOf(area);
            if (start is null || end is null || first is null || index < first) continue;
            ulong address = start.Value + ((index - first.Value) << 12);
            if (address < start || address >= end) continue;
            if (objects.Pointer(area, "vm_area_struct", "vm_mm") is { } mm && tasks.OfAddressSpace(mm) is { } process
                && objects.Pointer(mm, "mm_struct", "pgd") is { } root
                && objects.Memory.TablesAt(root)?.Translate(address) == (ulong)frame << 12) yield return process;
        }
    }

    /// <summary>
    /// Index of a mapping's first page: in its file, or in the address space when it has no file. In 7.3 it is always the
    /// latter, in two halves of its own (vma_start_anon_pgoff in include/linux/mm.h).
    /// </summary>
    private ulong? FirstPageOf(ulong area) =>
        objects.HalfWord(area, "vm_area_struct", "__vm_anon_pgoff_hi") is { } high
        && objects.HalfWord(area, "vm_area_struct", "__vm_anon_pgoff_lo") is { } low
            ? (ulong)high << 32 | low
            : objects.Word(area, "vm_area_struct", "vm_pgoff");

    /// <summary>The mappings in the interval tree of a struct anon_vma (include/linux/rmap.h).</summary>
    private IEnumerable<ulong> AreasOf(ulong tree)
    {
        var seen = new HashSet<ulong>();
        var pending = new Stack<ulong>();
        if (objects.Pointer(tree, "anon_vma", "rb_root.rb_root.rb_node") is { } top) pending.Push(top);
        while (pending.TryPop(out ulong node) && seen.Count < MostMappings)
        {
            if (!seen.Add(node)) continue;
            if (objects.Pointer(node, "rb_node", "rb_left") is { } left) pending.Push(left);
            if (objects.Pointer(node, "rb_node", "rb_right") is { } right) pending.Push(right);
            if (objects.Pointer(objects.Containing(node, "anon_vma_chain", "rb"), "anon_vma_chain", "vma") is { } area) yield return area;
        }
    }
}
