using System.Globalization;
using System.Runtime.InteropServices;
using Lethe.Linux;
using Lethe.Scanning.Pages;

namespace Lethe.Scanning.Sources.Live;

/// <summary>Reads swapped pages from the swap area itself, so that they stay where they are. Used by any number of threads.</summary>
/// <remarks>
/// Only when the system has one area: /proc/swaps does not say the numbers that a pagemap gives areas, and of several one may be gone
/// in between. Not with zswap either, which keeps pages in RAM and leaves older content in their slots.
/// </remarks>
internal sealed class SwapSlots : IDisposable
{
    private const int PageSize = ProcessFiles.PageSize;
    private const string Instead = "in swap; search the swap area itself";

    private readonly Descriptor? area;
    private readonly long pages;
    private readonly string why;
    private readonly MemoryRange? buffer;
    private readonly Lock gate = new();

    private SwapSlots(Descriptor? area, long pages, string why)
    {
        (this.area, this.pages, this.why) = (area, pages, why);
        if (area is not null) buffer = MemoryRange.Anonymous(PageSize);
    }

    /// <summary>Opens the area, if there is one that can be read.</summary>
    /// <param name="areas">The list of areas, /proc/swaps.</param>
    /// <param name="memory">The counters of memory, /proc/meminfo.</param>
    public static SwapSlots Open(string areas, string memory)
    {
        try
        {
            string[] lines = File.ReadAllLines(areas);
            if (lines.Length != 2) return new SwapSlots(null, 0, lines.Length < 2 ? "in swap, which is not to be found" : $"{Instead} (there are several)");
            if (File.ReadLines(memory).Any(line => line.StartsWith("Zswapped:", StringComparison.Ordinal) && line.AsSpan()[9..^2].Trim() is not "0"))
                return new SwapSlots(null, 0, "in zswap, compressed in RAM");
            string[] words = lines[1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            // Sizes are in KiB and leave the header out (mm/swapfile.c, swap_show).
            long pages = long.Parse(words[2], CultureInfo.InvariantCulture) / (PageSize / 1024) + 1;
            // Past the page cache, which knows nothing of what swapping writes.
            return new SwapSlots(Descriptor.Open(words[0], FileCalls.O_RDONLY | FileCalls.O_DIRECT), pages, Instead);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return new SwapSlots(null, 0, Instead);
        }
    }

    /// <summary>Reads a swapped page.</summary>
    /// <returns>Null, or why it cannot be read, for people.</returns>
    public unsafe string? Read(PagemapWord word, Span<byte> page)
    {
        if (area is null || word.SwapType != 0 || word.SwapSlot <= 0 || word.SwapSlot >= pages) return why;
        lock (gate)
        {
            int got = area.ReadSomeAt(word.SwapSlot * PageSize, buffer!.Bytes);
            if (got < 0) return $"in swap: {Marshal.GetPInvokeErrorMessage(-got)}";
            if (got < PageSize) return why;
            buffer.Bytes.CopyTo(page);
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        area?.Dispose();
        if (buffer is null) return;
        buffer.Bytes.Clear();
        buffer.Dispose();
    }
}
