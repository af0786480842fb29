namespace Lethe.Scanning;

/// <summary>
/// Tells what each physical page is, from a raw memory image alone: the kernel's array of struct page is found
/// through its VMCOREINFO note and page tables, and read for kernels 5.4 to 6.12.
/// </summary>
public sealed class PageStates
{
    private const int LargestOrder = 10;
    private readonly KernelAddressSpace kernel;
    private readonly StructPageLayout layout;
    private readonly ulong?[] sectionMaps;

    private PageStates(IPhysicalMemory memory, VmCoreInfo note)
    {
        Release = note.Release;
        kernel = new KernelAddressSpace(memory, note);
        layout = new StructPageLayout(note);
        sectionMaps = ReadSectionMaps(memory, note);
    }

    /// <summary>The kernel's release.</summary>
    public string Release { get; }

    /// <summary>Reads the layout out of an image.</summary>
    /// <exception cref="UnknownLayoutException">There is no usable note in it.</exception>
    public static PageStates Of(IPhysicalMemory memory)
    {
        string reason = "no VMCOREINFO note";
        foreach (VmCoreInfo note in VmCoreInfo.Find(memory))
        {
            try
            {
                var states = new PageStates(memory, note);
                // A note is real when the page tables it names lead to the page array.
                if (states.PageAt(0) is not null) return states;
                reason = "the page array is not mapped";
            }
            catch (UnknownLayoutException failure)
            {
                reason = failure.Message;
            }
        }

        throw new UnknownLayoutException(reason);
    }

    /// <summary>The state of one page.</summary>
    /// <param name="frame">Page frame number: physical address / 4096.</param>
    public PageState StateOf(long frame)
    {
        if (PageAt(frame) is not { } page) return PageState.Unknown;
        if (IsInFreeBlock(frame)) return PageState.Free;
        if (page.HeadAddress is { } head && Read(head) is { } headPage) return OfAllocated(headPage, head);
        return OfAllocated(page, AddressOf(frame)!.Value);
    }

    private PageState OfAllocated(StructPage page, ulong address)
    {
        if (layout.IsSlab(page)) return PageState.Slab;
        if (layout.IsHugePage(page, second: Read(address + (ulong)layout.Size))) return PageState.HugePage;
        if (layout.IsPageTable(page)) return PageState.PageTable;
        if (layout.IsReserved(page)) return PageState.Reserved;
        if ((page.Mapping & 3) == 1) return PageState.Anonymous;
        if (page.Mapping != 0 && (page.Mapping & 3) == 0 && page.Mapping >> 47 != 0)
            return layout.IsSwapBacked(page) ? PageState.SharedMemory : PageState.PageCache;
        return page.Count == 0 ? PageState.FreePerCpu : PageState.Other;
    }

    /// <summary>Only the first page of a free block is marked; its order says how many follow.</summary>
    private bool IsInFreeBlock(long frame)
    {
        for (int order = 0; order <= LargestOrder; order++)
        {
            long first = frame & ~((1L << order) - 1);
            if (PageAt(first) is { } page && layout.IsFreeBlock(page) && page.Private >= (ulong)order && page.Private <= LargestOrder) return true;
        }

        return false;
    }

    private StructPage? PageAt(long frame) => AddressOf(frame) is { } address ? Read(address) : null;

    private ulong? AddressOf(long frame)
    {
        long section = frame >> (layout.SectionBits - 12);
        if (section < 0 || section >= sectionMaps.Length) return null;
        return sectionMaps[section] + (ulong)frame * (ulong)layout.Size;
    }

    private StructPage? Read(ulong address)
    {
        Span<byte> bytes = stackalloc byte[layout.Size];
        return kernel.TryRead(address, bytes) ? layout.Parse(bytes) : null;
    }

    /// <summary>
    /// SPARSEMEM: mem_section points to pages full of section descriptors, whose map, less some low flag bits, is the
    /// address the array of struct page would have if it began at frame 0 (include/linux/mmzone.h).
    /// </summary>
    private ulong?[] ReadSectionMaps(IPhysicalMemory memory, VmCoreInfo note)
    {
        int size = note.Size("mem_section");
        int mapOffset = note.Offset("mem_section.section_mem_map");
        if (size is 0 or > 4096) throw new UnknownLayoutException($"struct mem_section has {size} bytes");
        int perRoot = 4096 / size;
        long sections = (memory.Length + (1L << layout.SectionBits) - 1) >> layout.SectionBits;
        ulong?[] maps = new ulong?[sections];
        for (int section = 0; section < sections; section++)
        {
            ulong? root = kernel.ReadWord(note.Symbol("mem_section") + (ulong)(section / perRoot * 8));
            if (root is null or 0) continue;
            ulong? map = kernel.ReadWord(root.Value + (ulong)(section % perRoot * size + mapOffset));
            if (map is not null and not 0) maps[section] = map & ~0xfffUL;
        }

        return maps;
    }
}
