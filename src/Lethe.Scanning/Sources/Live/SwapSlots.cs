using System.Runtime.InteropServices;
using Lethe.Linux;
using Lethe.Linux.Text;
using Lethe.Scanning.Kernel;

namespace Lethe.Scanning.Sources.Live;

/// <summary>Reads swapped pages from the swap area itself, so that they stay where they are. Used by any number of threads.</summary>
/// <remarks>
/// A page that the kernel found to hold nothing but zeros has a slot that was not written to (mm/page_io.c, since 6.11), and one on its way
/// to the area may not have come there: what is read is what lies in the slot. Only when the system has one area: /proc/swaps does not say
/// the numbers that a pagemap gives areas, and of several one may be gone in between. Not with zswap either, which keeps pages in RAM and
/// leaves older content in their slots.
/// </remarks>
internal sealed class SwapSlots : IDisposable
{
    private const int PageSize = ProcessFiles.PageSize, MostAtOnce = 16;
    private const string Instead = "in swap; search the swap area itself";

    private readonly Descriptor? area;
    private readonly long pages;
    private readonly string why;
    private readonly MemoryRange? buffer;
    private readonly Lock gate = new();

    private SwapSlots(Descriptor? area, long pages, string why)
    {
        (this.area, this.pages, this.why) = (area, pages, why);
        if (area is not null) buffer = MemoryRange.Anonymous(MostAtOnce * PageSize);
    }

    /// <summary>Opens the area, if there is one that can be read.</summary>
    /// <param name="areas">The list of areas, /proc/swaps.</param>
    /// <param name="memory">The counters of memory, /proc/meminfo.</param>
    public static SwapSlots Open(string areas, string memory)
    {
        try
        {
            IReadOnlyList<ActiveSwap> used = ActiveSwap.All(File.ReadAllText(areas));
            if (used.Count != 1)
                return new SwapSlots(null, 0, used.Count == 0 ? "in swap, which is not to be found" : $"{Instead} (there are several)");
            if (MemoryCounters.Kilobytes(File.ReadAllText(memory), "Zswapped") > 0)
                return new SwapSlots(null, 0, "in zswap, compressed in RAM");
            // The header is not counted.
            if (used[0].Kilobytes / (PageSize / 1024) + 1 is not { } pages) return new SwapSlots(null, 0, Instead);
            // Past the page cache, which knows nothing of what swapping writes.
            return new SwapSlots(Descriptor.Open(used[0].Path, FileCalls.O_RDONLY | FileCalls.O_DIRECT), pages, Instead);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new SwapSlots(null, 0, Instead);
        }
    }

    /// <summary>Reads swapped pages, as many at once as lie one behind the other.</summary>
    /// <param name="words">What the pagemap says of them.</param>
    /// <param name="pages">Where they go.</param>
    /// <param name="why">Why the first one cannot be read, for people.</param>
    /// <returns>How many were read; 0 when the first one cannot be.</returns>
    public int Read(ReadOnlySpan<ulong> words, Span<byte> pages, out string? why)
    {
        why = this.why;
        var first = new PagemapWord(words[0]);
        if (area is null || first.SwapType != 0 || first.SwapSlot <= 0) return 0;
        int count = 1;
        while (
            count < Math.Min(words.Length, MostAtOnce)
            && new PagemapWord(words[count]) is var word
            && word.SwapType == 0
            && word.SwapSlot == first.SwapSlot + count
        )
            count++;
        if (first.SwapSlot + count > this.pages) return 0;
        lock (gate)
        {
            int got = area.ReadSomeAt(first.SwapSlot * PageSize, buffer!.Bytes[..(count * PageSize)]);
            // Only the pages that cannot be read are missing.
            if (got < PageSize && count > 1) got = area.ReadSomeAt(first.SwapSlot * PageSize, buffer.Bytes[..PageSize]);
            if (got < 0) why = $"in swap: {Marshal.GetPInvokeErrorMessage(-got)}";
            if (got < PageSize) return 0;
            int read = got / PageSize;
            buffer.Bytes[..(read * PageSize)].CopyTo(pages);
            return read;
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
