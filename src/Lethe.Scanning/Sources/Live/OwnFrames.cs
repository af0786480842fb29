using Lethe.Linux;
using Lethe.Linux.Text;
using Lethe.Scanning.Kernel;

namespace Lethe.Scanning.Sources.Live;

/// <summary>The physical pages that only this process fills: its heap and stacks, but not the files that it has mapped.</summary>
internal static class OwnFrames
{
    private const int PageSize = 4096, Most = 64, Block = 512;

    /// <summary>
    /// Lists the frames at this moment, without making garbage: new memory would come from the pages that are about to be read.
    /// </summary>
    /// <param name="frames">Receives page frame numbers, in order. What was in it is dropped.</param>
    /// <exception cref="LinuxException">This process may not read its pagemap.</exception>
    public static void List(List<long> frames)
    {
        frames.Clear();
        using var pagemap = new PerPageFile("/proc/self/pagemap");
        using Descriptor maps = Descriptor.Open("/proc/self/maps", FileCalls.O_RDONLY);
        var reader = new MappingReader(maps, stackalloc byte[4096]);
        while (reader.TryRead(out Mapping mapping))
        {
            // Memory that is only reserved (hundreds of GiB by the garbage collector) holds nothing. [vsyscall] has no pagemap.
            if ((mapping.Readable || mapping.Writable || mapping.Executable) && mapping.IsInUserHalf)
                AddMapping(pagemap, mapping.Start, mapping.End, frames);
        }

        frames.Sort();
    }

    private static unsafe void AddMapping(PerPageFile pagemap, ulong start, ulong end, List<long> frames)
    {
        byte* room = stackalloc byte[Most * PagemapScan.RegionSize];
        while (start < end)
        {
            ulong from = start;
            // SAFETY: the buffer has room for as many regions as are asked for.
            int count = PagemapScan.Populated(pagemap.File, ref start, end, room, Most);
            for (int region = 0; region < count; region++) Add(pagemap, PagemapScan.Region(room, region), frames);
            if (count >= 0) continue;
            Add(pagemap, (from, end), frames);
            return;
        }
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
