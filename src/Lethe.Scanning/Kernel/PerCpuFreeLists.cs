namespace Lethe.Scanning.Kernel;

/// <summary>
/// The lists of free pages that each processor keeps for itself (mm/page_alloc.c, struct per_cpu_pages). Pages on them have no references
/// and no type, as have pages after the first of a larger kernel allocation without a compound page; but only the former are in a list. It
/// is told by the pointers of list_head alone, so that neither symbols nor types are needed.
/// </summary>
internal sealed class PerCpuFreeLists
{
    // Kernel addresses have the upper half of the address space. LIST_POISON1 and 2 (include/linux/poison.h), which what is taken from a
    // list keeps, are no addresses.
    private const ulong LowestAddress = 0xffff800000000000;

    // NR_PCP_LISTS (include/linux/mmzone.h): three kinds of each order up to PAGE_ALLOC_COSTLY_ORDER since 5.13, before that of order 0
    // only, and since 5.14 one or two for transparent huge pages.
    private const int KindsPerOrder = 3, MostSmallOrder = 3, HugePageOrder = 9, MostLists = KindsPerOrder * (MostSmallOrder + 1) + 2;

    private const int PointerBytes = 8, ListHeadBytes = 16;

    // 4 GiB on such lists; what is on more is told for itself, as single pages.
    private const int MostKept = 1 << 20;

    private readonly KernelAddressSpace kernel;
    private readonly StructPageArray pages;
    private readonly ulong links;
    private readonly Dictionary<ulong, int> orders = [];

    /// <param name="kernel">The kernel's memory.</param>
    /// <param name="pages">The array of struct page.</param>
    /// <param name="links">Where in struct page its list_head lies (lru), in bytes.</param>
    public PerCpuFreeLists(KernelAddressSpace kernel, StructPageArray pages, int links)
    {
        this.kernel = kernel;
        this.pages = pages;
        this.links = (ulong)links;
    }

    /// <summary>How many pages the entry of a list stands for, as a power of two.</summary>
    /// <param name="address">The struct of a page without references and type.</param>
    /// <returns>Null when it is in no list.</returns>
    public int? OrderOf(ulong address)
    {
        if (orders.TryGetValue(address, out int known)) return known;
        if (!IsLinked(address + links)) return null;
        if (orders.Count >= MostKept) return 0;
        var list = new List<ulong>();
        ulong entry = address + links;
        // What is no page is the list's head. A damaged list may run in a circle.
        for (; pages.FrameAt(entry - links) is not null; entry = kernel.ReadWord(entry) ?? 0)
        {
            if (orders.Count >= MostKept || !orders.TryAdd(entry - links, 0)) return orders[address];
            list.Add(entry - links);
        }

        int order = OrderOfList(entry);
        foreach (ulong page in list) orders[page] = order;
        return order;
    }

    /// <summary>Whether one neighbour at least points back: of lists that change while they are read the other may not.</summary>
    private bool IsLinked(ulong entry)
    {
        ulong next = kernel.ReadWord(entry) ?? 0, previous = kernel.ReadWord(entry + PointerBytes) ?? 0;
        // Pages that were in no list since the machine started point to themselves.
        return next >= LowestAddress && previous >= LowestAddress && next != entry && previous != entry
            && (kernel.ReadWord(next + PointerBytes) == entry || kernel.ReadWord(previous) == entry);
    }

    /// <summary>The heads of a processor's lists lie one after another, ordered by order: it is told by how many come before.</summary>
    private int OrderOfList(ulong head)
    {
        int before = 0;
        while (before < MostLists && IsHead(head - (ulong)(before + 1) * ListHeadBytes)) before++;
        return before / KindsPerOrder <= MostSmallOrder ? before / KindsPerOrder : HugePageOrder;
    }

    private bool IsHead(ulong address) =>
        kernel.ReadWord(address) is >= LowestAddress and { } next
        && kernel.ReadWord(address + PointerBytes) is >= LowestAddress and { } previous
        && kernel.ReadWord(next + PointerBytes) == address && kernel.ReadWord(previous) == address;
}
