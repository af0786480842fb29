using Lethe.Linux;
using Lethe.Scanning.Pages;

namespace Lethe.Scanning.Sources.Live;

/// <summary>The physical pages that this process alone fills: its heap and stacks, not the files it has mapped.</summary>
internal static class OwnFrames
{
    private const int PageSize = 4096, Most = 64, Block = 512;

    /// <summary>Lists them as they are now.</summary>
    /// <param name="frames">Takes page frame numbers, in order; what was in it goes.</param>
    /// <exception cref="LinuxException">This process may not read its pagemap.</exception>
    public static unsafe void List(List<long> frames)
    {
        frames.Clear();
        using var pagemap = new PerPageFile("/proc/self/pagemap");
        byte* room = stackalloc byte[Most * PagemapScan.RegionSize];
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            if (ProcessMapping.Parse(line) is not { } mapping) continue;
            for (ulong at = mapping.Start; at < mapping.End;)
            {
                ulong from = at;
                // SAFETY: the buffer has room for as many regions as are asked for.
                int count = PagemapScan.Populated(pagemap.File, ref at, mapping.End, room, Most);
                for (int region = 0; region < count; region++) Add(pagemap, PagemapScan.Region(room, region), frames);
                if (count >= 0) continue;
                Add(pagemap, (from, mapping.End), frames);
                break;
            }
        }

        frames.Sort();
    }

    private static void Add(PerPageFile pagemap, (ulong Start, ulong End) region, List<long> frames)
    {
        Span<ulong> words = stackalloc ulong[Block];
        for (ulong at = region.Start; at < region.End; at += Block * PageSize)
        {
            int count = pagemap.Read((long)(at / PageSize), words[..(int)Math.Min(Block, (region.End - at) / PageSize)]);
            foreach (ulong bits in words[..count])
            {
                if (new PagemapWord(bits) is { Frame: > 0, IsFileOrShared: false } word) frames.Add(word.Frame);
            }
        }
    }
}
