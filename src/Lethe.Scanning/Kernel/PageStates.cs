namespace Lethe.Scanning.Kernel;

/// <summary>
/// Says what each physical page is, from a raw memory image alone. The kernel's array of struct page is found
/// through its VMCOREINFO note and page tables. Kernels 5.4 to 7.3 are known. Not safe for several threads.
/// </summary>
internal sealed class PageStates
{
    private const int LargestOrder = 10;

    // At most 256 MiB of states, one byte for each page. That covers 1 TiB of memory at once.
    private const int WindowPages = 1 << 15, MostWindows = 1 << 13;

    // Structs read at once. It divides a memory section and a window.
    private const int RunPages = 64;

    private readonly StructPageLayout layout;
    private readonly Dictionary<long, byte[]> windows = [];
    private readonly long pageCount;
    private readonly byte[] run;
    private readonly PerCpuFreeLists? perCpuLists;
    private (ulong Address, PageState State) lastHead;

    private PageStates(IPhysicalMemory memory, VmCoreInfo note, bool changes)
    {
        Note = note;
        Kernel = new KernelAddressSpace(memory, note);
        layout = new StructPageLayout(note);
        Pages = new StructPageArray(memory, note, Kernel, layout);
        pageCount = memory.Length / 4096;
        // Remembering the lists takes memory. If this machine is examined, that memory comes from these very lists.
        if (!changes) perCpuLists = new PerCpuFreeLists(Kernel, Pages, note.Offset("page.lru"));
        run = new byte[RunPages * layout.Size];
    }

    public string Release => Note.Release;

    /// <summary>The note that the layout comes from.</summary>
    internal VmCoreInfo Note { get; }

    internal KernelAddressSpace Kernel { get; }

    /// <summary>The array of struct page that the states are read from.</summary>
    internal StructPageArray Pages { get; }

    /// <summary>Reads the layout out of an image.</summary>
    /// <param name="memory">The image.</param>
    /// <param name="known">The note, if the image's format has it in a header. Null: it is searched for.</param>
    /// <param name="changes">
    /// Whether the memory is in use. Then all pages without references and type are <see cref="PageState.FreePerCpu"/>, also those of
    /// larger kernel allocations.
    /// </param>
    /// <exception cref="UnknownLayoutException">The image has no usable note.</exception>
    public static PageStates Of(IPhysicalMemory memory, VmCoreInfo? known = null, bool changes = false) =>
        Of(memory, known is null ? VmCoreInfo.Find(memory) : VmCoreInfo.Find(memory).Prepend(known), changes);

    /// <summary>Reads the layout out of an image.</summary>
    /// <param name="memory">The image.</param>
    /// <param name="notes">Candidates for the kernel's note. The first usable one is taken.</param>
    /// <param name="changes">Whether the memory is in use.</param>
    /// <exception cref="UnknownLayoutException">None of them is usable.</exception>
    public static PageStates Of(IPhysicalMemory memory, IEnumerable<VmCoreInfo> notes, bool changes = false)
    {
        string reason = "no VMCOREINFO note";
        foreach (VmCoreInfo note in notes)
        {
            try
            {
                var states = new PageStates(memory, note, changes);
                // A note is the real one if its page tables lead to the page array.
                if (states.Pages.Read(0) is not null) return states;
                reason = "the page array is not mapped";
            }
            catch (UnknownLayoutException failure)
            {
                reason = failure.Message;
            }
        }

        throw new UnknownLayoutException(reason);
    }

    /// <summary>The state of one page. The first call for a page of a 128 MiB window reads the whole window.</summary>
    /// <param name="frame">Page frame number: physical address / 4096.</param>
    public PageState StateOf(long frame)
    {
        if (frame < 0 || frame >= pageCount || Pages.AddressOf(frame) is null) return PageState.Unknown;
        long window = frame / WindowPages;
        if (!windows.TryGetValue(window, out byte[]? states))
        {
            if (windows.Count >= MostWindows) windows.Clear();
            windows[window] = states = ReadWindow(window * WindowPages);
        }

        return (PageState)states[frame % WindowPages];
    }

    private byte[] ReadWindow(long first)
    {
        byte[] states = new byte[WindowPages];
        int freeUntil = 0, perCpuUntil = 0;
        long count = Math.Min(WindowPages, pageCount - first);
        for (int start = 0; start < count; start += RunPages)
        {
            if (start + RunPages <= freeUntil)
            {
                states.AsSpan(start, RunPages).Fill((byte)PageState.Free);
                continue;
            }

            ulong address = Pages.AddressOf(first + start) ?? 0;
            bool whole = Pages.TryReadRun(first + start, run);
            for (int at = start; at < start + RunPages; at++)
            {
                int offset = (at - start) * layout.Size;
                StructPage? page = whole ? layout.Parse(run.AsSpan(offset), address + (ulong)offset) : Pages.Read(first + at);
                if (page is null) continue;
                // Only the first page of a free block is marked; its order says how many follow.
                if (layout.IsFreeBlock(page.Value) && page.Value.Private <= LargestOrder)
                    freeUntil = Math.Max(freeUntil, at + (1 << (int)page.Value.Private));
                PageState state = at < freeUntil ? PageState.Free : OfAllocated(first + at, page.Value);
                if (state == PageState.FreePerCpu && perCpuLists is not null)
                {
                    // Here, too, only the first page of a block is in a list.
                    if (perCpuLists.OrderOf(Pages.AddressOf(first + at)!.Value) is { } order)
                        perCpuUntil = Math.Max(perCpuUntil, at + (1 << order));
                    if (at >= perCpuUntil) state = PageState.Other;
                }

                states[at] = (byte)state;
            }
        }

        return states;
    }

    private PageState OfAllocated(long frame, StructPage page)
    {
        if (page.HeadAddress is not { } head) return OfHead(page, Pages.AddressOf(frame)!.Value);
        if (head != lastHead.Address)
            lastHead = (head, Pages.ReadAt(head) is { } headPage ? OfHead(headPage, head) : OfHead(page, Pages.AddressOf(frame)!.Value));
        return lastHead.State;
    }

    private PageState OfHead(StructPage page, ulong address)
    {
        if (layout.IsSlab(page)) return PageState.Slab;
        if (layout.MayBeHugePage(page) && layout.IsHugePage(page, second: Pages.ReadAt(address + (ulong)layout.Size)))
            return PageState.HugePage;
        if (layout.IsPageTable(page)) return PageState.PageTable;
        if (layout.IsReserved(page)) return PageState.Reserved;
        if ((page.Mapping & 3) == 1) return PageState.Anonymous;
        if (page.Mapping != 0 && (page.Mapping & 3) == 0 && page.Mapping >> 47 != 0)
            return layout.IsSwapBacked(page) ? PageState.SharedMemory : PageState.PageCache;
        // Newer kernels count no references to large objects of their own (frozen pages; seen since 6.18), but give them a type.
        // The caller finds out whether the page is on a list: only it has the pages before.
        return page.Count == 0 && !page.HasType ? PageState.FreePerCpu : PageState.Other;
    }
}
