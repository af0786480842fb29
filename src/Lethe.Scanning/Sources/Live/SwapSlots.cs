using System.Runtime.InteropServices;
using Lethe.Linux;
using Lethe.Linux.Text;
using Lethe.Scanning.Kernel;

namespace Lethe.Scanning.Sources.Live;

/// <summary>Reads swapped pages from the swap area itself, so they are not swapped in. Any number of threads may use it.</summary>
/// <remarks>
/// The content of a slot may be older than its page. The kernel does not write pages of zeros (mm/page_io.c, since 6.11), and a
/// page may still be on its way to the area. Slots are read only when the system has one area: /proc/swaps does not give the
/// numbers that pagemaps use for areas, and one of several may have been removed. They are not read with zswap, which keeps
/// pages in RAM and leaves older content in their slots.
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

    /// <summary>Opens the swap area, if there is exactly one and it can be read.</summary>
    /// <param name="areas">Path of the list of areas, /proc/swaps.</param>
    /// <param name="memory">Path of the counters of memory, /proc/meminfo.</param>
    public static SwapSlots Open(string areas, string memory)
    {
        try
        {
            IReadOnlyList<ActiveSwap> used = ActiveSwap.All(File.ReadAllText(areas));
            if (used.Count != 1)
                return new SwapSlots(null, 0, used.Count == 0 ? "in swap, which is not to be found" : $"{Instead} (there are several)");
            if (MemoryCounters.Kilobytes(File.ReadAllText(memory), "Zswapped") > 0)
                return new SwapSlots(null, 0, "in zswap, compressed in RAM");
            // The size does not include the header.
            if (used[0].Kilobytes / (PageSize / 1024) + 1 is not { } pages) return new SwapSlots(null, 0, Instead);
            // Not through the page cache, which does not see what swapping writes.
            return new SwapSlots(Descriptor.Open(used[0].Path, FileCalls.O_RDONLY | FileCalls.O_DIRECT), pages, Instead);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new SwapSlots(null, 0, Instead);
        }
    }

    /// <summary>Reads swapped pages: as many as lie in consecutive slots.</summary>
    /// <param name="words">Their pagemap words.</param>
    /// <param name="pages">Receives their content.</param>
    /// <param name="why">Why the first page cannot be read, for people.</param>
    /// <returns>How many pages were read; 0 when the first one cannot be.</returns>
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
