using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Finds the touched parts of an address space (ioctl PAGEMAP_SCAN of <c>/proc/PID/pagemap</c>, since Linux 6.7).</summary>
internal static unsafe partial class PagemapScan
{
    /// <summary>Bytes a region takes: start, end, categories.</summary>
    public const int RegionSize = 24;

    // linux/fs.h of 6.7: _IOWR('f', 16, struct pm_scan_arg) and PAGE_IS_*.
    private const nuint ScanRequest = 0xc0606610;
    private const ulong OfFile = 1 << 2, Present = 1 << 3, Swapped = 1 << 4, ZeroPage = 1 << 5;

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, void* argument);

    /// <summary>Regions of pages that are in RAM or swap and neither a file's nor the zero page.</summary>
    /// <param name="pagemap">The file.</param>
    /// <param name="start">First address; afterwards where to go on.</param>
    /// <param name="end">First address behind.</param>
    /// <param name="regions">Where the regions go.</param>
    /// <param name="most">How many there is room for.</param>
    /// <returns>How many regions were found; -1 when this kernel cannot say.</returns>
    // SAFETY: the room is handed on to Find, which says what it has to be.
    public static int Populated(Descriptor pagemap, ref ulong start, ulong end, byte* regions, int most) =>
        Find(pagemap, ref start, end, regions, most, inverted: OfFile | ZeroPage, all: OfFile | ZeroPage, any: Present | Swapped);

    /// <summary>Regions of pages that are in RAM, whatever they are.</summary>
    /// <inheritdoc cref="Populated"/>
    // SAFETY: the room is handed on to Find, which says what it has to be.
    public static int InMemory(Descriptor pagemap, ref ulong start, ulong end, byte* regions, int most) =>
        Find(pagemap, ref start, end, regions, most, inverted: 0, all: Present, any: 0);

    /// <summary>Regions of pages that are in RAM or swap, whatever they are.</summary>
    /// <inheritdoc cref="Populated"/>
    // SAFETY: the room is handed on to Find, which says what it has to be.
    public static int InMemoryOrSwap(Descriptor pagemap, ref ulong start, ulong end, byte* regions, int most) =>
        Find(pagemap, ref start, end, regions, most, inverted: 0, all: 0, any: Present | Swapped);

    private static int Find(Descriptor pagemap, ref ulong start, ulong end, byte* regions, int most, ulong inverted, ulong all, ulong any)
    {
        // struct pm_scan_arg: size, flags, start, end, walk end, vector, its length, most pages, inverted, all of, any of, returned.
        // SAFETY: struct pm_scan_arg is the twelve words in this frame, 96 bytes as the first one says. The kernel writes no more regions
        // than the caller says there is room for.
        ulong* argument = stackalloc ulong[12]
        {
            96, 0, start, end, 0, (ulong)regions, (ulong)most, 0, inverted, all, any, any == 0 ? all : any,
        };
        int found = Control(pagemap.Number, ScanRequest, argument);
        if (found < 0) return -1;
        start = argument[4] > start ? argument[4] : end;
        return found;
    }

    /// <summary>One of the regions found.</summary>
    public static (ulong Start, ulong End) Region(byte* regions, int index)
    {
        // SAFETY: the caller asks only for regions that were found, so the two words lie inside the room that it gave.
        ulong* region = (ulong*)(regions + (nint)index * RegionSize);
        return (region[0], region[1]);
    }
}
