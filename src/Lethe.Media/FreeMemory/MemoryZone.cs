using System.Globalization;

namespace Lethe.Media.FreeMemory;

/// <summary>A zone of the kernel's page allocator, as <c>/proc/zoneinfo</c> describes it. All counts are pages.</summary>
/// <param name="Node">The NUMA node.</param>
/// <param name="Name">DMA, DMA32, Normal, Movable.</param>
/// <param name="Free">Free pages, without those in the processors' own lists.</param>
/// <param name="High">The high watermark: above it the kernel reclaims nothing.</param>
/// <param name="Protection">What the zone reserves against programs that could use a higher zone (lowmem_reserve).</param>
/// <param name="Managed">Pages the allocator manages.</param>
/// <param name="PerProcessor">Free pages in the processors' own lists.</param>
internal sealed record MemoryZone(int Node, string Name, long Free, long High, long Protection, long Managed, long PerProcessor)
{
    /// <summary>Pages a program can allocate without waking the kernel's reclaim.</summary>
    public long Usable => Math.Max(0, Free - High - Protection);

    /// <summary>Reads the text of <c>/proc/zoneinfo</c> (mm/vmstat.c, zoneinfo_show_print); zones without pages are left out.</summary>
    public static IReadOnlyList<MemoryZone> Parse(string text)
    {
        var zones = new List<MemoryZone>();
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split([' ', ',', '(', ')', ':', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["Node", var node, "zone", var name, ..])
            {
                zones.Add(new MemoryZone(int.Parse(node, CultureInfo.InvariantCulture), name, 0, 0, 0, 0, 0));
                continue;
            }

            if (zones.Count == 0) continue;
            MemoryZone zone = zones[^1];
            zones[^1] = words switch
            {
                ["pages", "free", var count] => zone with { Free = Count(count) },
                ["high", var count] when !line.Contains(':', StringComparison.Ordinal) => zone with { High = Count(count) },
                ["managed", var count] => zone with { Managed = Count(count) },
                ["protection", .. var counts] => zone with { Protection = counts.Select(Count).DefaultIfEmpty().Max() },
                ["count", var count] => zone with { PerProcessor = zone.PerProcessor + Count(count) },
                _ => zone,
            };
        }

        return [.. zones.Where(zone => zone.Managed > 0)];
    }

    private static long Count(string digits) => long.Parse(digits, CultureInfo.InvariantCulture);
}
