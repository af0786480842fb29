using System.Globalization;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// Free pages by what the kernel keeps them for (mobility). A page freed by one kind of user is given to the same kind again
/// long before anybody else gets it, so each kind has to be cleared by its own kind of user. Only small pieces are counted: who
/// runs out of pages of his own kind takes the largest pieces of the others first, so programs' pages reach those.
/// </summary>
/// <param name="Unmovable">Pages for the kernel itself: page tables, sockets, maps, most slabs.</param>
/// <param name="Reclaimable">Pages for kernel caches that can be given up: names, inodes.</param>
/// <param name="Movable">Pages for programs and the page cache.</param>
internal sealed record FreeLists(long Unmovable, long Reclaimable, long Movable)
{
    // Pieces of 2 MiB and more (pageblock_order of x86-64) change their kind as a whole.
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
