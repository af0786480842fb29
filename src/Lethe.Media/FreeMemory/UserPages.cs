using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// Takes free memory as zeroed pages of a program. It takes single pages on purpose (no transparent huge pages): the allocator uses
/// the smallest blocks first, and what was freed last is in small blocks.
/// </summary>
internal static class UserPages
{
    private const long Step = 1L << 20;

    /// <summary>
    /// Takes what the guard allows, holds it until every processor is done, and frees it. The rest stays as it is. Exchanging it for
    /// single pages as well was tried, and the process ended early (docs/decisions/0027-scrub-watermarks.md).
    /// </summary>
    /// <returns>Bytes held at once.</returns>
    public static long Clear(long room, ScrubGuard guard)
    {
        long steps = room / Step;
        if (steps == 0) return 0;
        using MemoryRange range = MemoryRange.Anonymous(steps * Step, MemoryCalls.MAP_PRIVATE | MemoryCalls.MAP_NORESERVE);
        range.Advise(MemoryCalls.MADV_NOHUGEPAGE);
        long next = 0;
        return PinnedThreads.Sum((_, threads) =>
        {
            long taken = 0;
            while (Interlocked.Increment(ref next) is var step && step <= steps && guard.Allows(threads * Step))
            {
                if (!range.Populate((step - 1) * Step, Step)) break;
                taken += Step;
            }

            return taken;
        });
    }
}
