using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Finds the touched parts of an address space (ioctl PAGEMAP_SCAN of <c>/proc/PID/pagemap</c>, since Linux 6.7).</summary>
internal static unsafe partial class PagemapScan
{
    /// <summary>Bytes of a region in the buffer: start, end, categories.</summary>
    public const int RegionSize = 24;

    // linux/fs.h of 6.7: _IOWR('f', 16, struct pm_scan_arg) and PAGE_IS_*.
    private const nuint ScanRequest = 0xc0606610;
    private const ulong OfFile = 1 << 2, Present = 1 << 3, Swapped = 1 << 4, ZeroPage = 1 << 5;

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, void* argument);

    /// <summary>Finds regions of pages that are in RAM or swap, and that are neither of a file nor the zero page.</summary>
    /// <param name="pagemap">The open <c>/proc/PID/pagemap</c>.</param>
    /// <param name="start">First address; afterwards the address to continue at.</param>
    /// <param name="end">First address behind the range.</param>
    /// <param name="regions">The buffer for the regions, <see cref="RegionSize"/> bytes each.</param>
    /// <param name="most">How many regions the buffer can hold.</param>
    /// <returns>How many regions were found; -1 when the kernel refused, for example because it is older.</returns>
    // SAFETY: the buffer is passed on to Find, which says how large it has to be.
    public static int Populated(Descriptor pagemap, ref ulong start, ulong end, byte* regions, int most) =>
        Find(pagemap, ref start, end, regions, most, inverted: OfFile | ZeroPage, all: OfFile | ZeroPage, any: Present | Swapped);

    /// <summary>Finds regions of pages that are in RAM, of any kind.</summary>
    /// <inheritdoc cref="Populated"/>
    // SAFETY: the buffer is passed on to Find, which says how large it has to be.
    public static int InMemory(Descriptor pagemap, ref ulong start, ulong end, byte* regions, int most) =>
        Find(pagemap, ref start, end, regions, most, inverted: 0, all: Present, any: 0);

    /// <summary>Finds regions of pages that are in RAM or swap, of any kind.</summary>
    /// <inheritdoc cref="Populated"/>
    // SAFETY: the buffer is passed on to Find, which says how large it has to be.
    public static int InMemoryOrSwap(Descriptor pagemap, ref ulong start, ulong end, byte* regions, int most) =>
        Find(pagemap, ref start, end, regions, most, inverted: 0, all: 0, any: Present | Swapped);

    private static int Find(Descriptor pagemap, ref ulong start, ulong end, byte* regions, int most, ulong inverted, ulong all, ulong any)
    {
        // struct pm_scan_arg: size, flags, start, end, walk end, vector, its length, most pages, inverted, all of, any of, returned.
        // SAFETY: struct pm_scan_arg is the twelve words in this frame, 96 bytes as the first one says. The kernel writes no more regions
        // than the count passed. The caller's buffer holds that many.
        ulong* argument = stackalloc ulong[12]
        {
            96, 0, start, end, 0, (ulong)regions, (ulong)most, 0, inverted, all, any, any == 0 ? all : any,
        };
        int found = Control(pagemap.Number, ScanRequest, argument);
        if (found < 0) return -1;
        start = argument[4] > start ? argument[4] : end;
        return found;
    }

    /// <summary>Reads one of the regions found: its first address, and the first address behind it.</summary>
    public static (ulong Start, ulong End) Region(byte* regions, int index)
    {
        // SAFETY: the caller asks only for regions that were found, so the two words lie inside its buffer.
        ulong* region = (ulong*)(regions + (nint)index * RegionSize);
        return (region[0], region[1]);
    }
}
