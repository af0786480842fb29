using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// Takes free memory as page tables. Reading one byte of an untouched range of 2 MiB makes the kernel allocate one table, a zeroed page
/// of the unmovable type (GFP_PGTABLE_USER, include/asm-generic/pgalloc.h). No privilege is needed.
/// </summary>
internal static class PageTablePages
{
    // One table maps 512 pages of 4 KiB.
    private const long Covered = 2L << 20, PageSize = 4096;
    private const int BetweenLooks = 128;

    /// <summary>Takes a number of bytes of tables, on all processors together, holds them, and frees them.</summary>
    /// <returns>Bytes held at once.</returns>
    public static unsafe long Clear(long bytes, ScrubGuard guard)
    {
        long tables = bytes / PageSize;
        if (tables == 0) return 0;
        using MemoryRange range = MemoryRange.Unbacked(tables * Covered);
        range.Advise(MemoryCalls.MADV_NOHUGEPAGE);
        return PinnedThreads.Sum((index, threads) =>
        {
            long first = tables * index / threads, last = tables * (index + 1) / threads;
            for (long table = first; table < last; table++)
            {
                if ((table - first) % BetweenLooks == 0 && !guard.Allows(threads * BetweenLooks * PageSize))
                    return (table - first) * PageSize;
                // SAFETY: the byte is the first that one of the range's tables maps, so it lies inside the range. The range can be read
                // and is unmapped only when all threads have ended.
                _ = Volatile.Read(ref range.Start[table * Covered]);
            }

            return (last - first) * PageSize;
        });
    }
}
