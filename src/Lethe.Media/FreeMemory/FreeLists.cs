using System.Globalization;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// Free pages by migrate type. The kernel allocates a freed page to the same type again long before another type gets it. So each
/// type has to be cleared by allocations of that type. Only small blocks are counted. An allocation whose type has no free pages
/// takes the largest blocks of the other types first, so user pages reach those.
/// </summary>
/// <param name="Unmovable">Pages for the kernel itself: page tables, sockets, maps, most slabs.</param>
/// <param name="Reclaimable">Pages for kernel caches that can be freed: names, inodes.</param>
/// <param name="Movable">Pages for programs and the page cache.</param>
internal sealed record FreeLists(long Unmovable, long Reclaimable, long Movable)
{
    // Blocks of 2 MiB and more (pageblock_order of x86-64) change their type as a whole.
    private const int SmallOrders = 9;

    /// <summary>Reads the text of <c>/proc/pagetypeinfo</c> (mm/vmstat.c, pagetypeinfo_showfree_print), which only root can read.</summary>
    public static FreeLists Parse(string text)
    {
        long unmovable = 0, reclaimable = 0, movable = 0;
        foreach (string line in text.Split('\n'))
        {
            if (
                line.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) is not ["Node", _, "zone", _, "type", var type, .. var counts]
            )
                continue;
            long pages = 0;
            // The kernel stops counting at 100000 and then writes ">100000".
            for (int order = 0; order < Math.Min(counts.Length, SmallOrders); order++)
                pages += long.Parse(counts[order].TrimStart('>'), CultureInfo.InvariantCulture) << order;
            switch (type)
            {
                case "Reclaimable": reclaimable += pages; break;
                case "Movable": movable += pages; break;
                default: unmovable += pages; break;
            }
        }

        return new FreeLists(unmovable, reclaimable, movable);
    }
}
