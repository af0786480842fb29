namespace Lethe.Scanning.Kernel;

/// <summary>
/// The lists of free pages that each processor keeps for itself (mm/page_alloc.c, struct per_cpu_pages). Pages on them have no
/// references and no type. So have the pages after the first of a larger kernel allocation that is not a compound page, but these
/// are in no list. Only the pointers of list_head are followed, so neither symbols nor types are needed.
/// </summary>
internal sealed class PerCpuFreeLists
{
    // Kernel addresses are in the upper half of the address space. LIST_POISON1 and 2 (include/linux/poison.h), which remain in
    // entries taken from a list, are not.
    private const ulong LowestAddress = 0xffff800000000000;

    // NR_PCP_LISTS (include/linux/mmzone.h). Since 5.13 three kinds for each order up to PAGE_ALLOC_COSTLY_ORDER, before that for order 0
    // only. Since 5.14 also one or two lists for transparent huge pages.
    private const int KindsPerOrder = 3, MostSmallOrder = 3, HugePageOrder = 9, MostLists = KindsPerOrder * (MostSmallOrder + 1) + 2;

    private const int PointerBytes = 8, ListHeadBytes = 16;

    // Enough for 4 GiB on such lists. Entries beyond that are reported as single pages.
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

    /// <summary>How many pages a list entry stands for, as a power of two.</summary>
    /// <param name="address">Address of the struct of a page without references and type.</param>
    /// <returns>Null when it is in no list.</returns>
    public int? OrderOf(ulong address)
    {
        if (orders.TryGetValue(address, out int known)) return known;
        if (!IsLinked(address + links)) return null;
        if (orders.Count >= MostKept) return 0;
        var list = new List<ulong>();
        ulong entry = address + links;
        // An entry that is not in a struct page is the head of the list. A damaged list may run in a circle.
        for (; pages.FrameAt(entry - links) is not null; entry = kernel.ReadWord(entry) ?? 0)
        {
            if (orders.Count >= MostKept || !orders.TryAdd(entry - links, 0)) return orders[address];
            list.Add(entry - links);
        }

        int order = OrderOfList(entry);
        foreach (ulong page in list) orders[page] = order;
        return order;
    }

    /// <summary>Whether at least one neighbour points back. In lists that change while they are read, the other may not.</summary>
    private bool IsLinked(ulong entry)
    {
        ulong next = kernel.ReadWord(entry) ?? 0, previous = kernel.ReadWord(entry + PointerBytes) ?? 0;
        // Pages that have been in no list since the machine started point to themselves.
        return next >= LowestAddress && previous >= LowestAddress && next != entry && previous != entry
            && (kernel.ReadWord(next + PointerBytes) == entry || kernel.ReadWord(previous) == entry);
    }

    /// <summary>
    /// The order of the pages in a list. The heads of a processor's lists lie one after another, sorted by order, so the number
    /// of heads before this one gives its order.
    /// </summary>
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
