namespace Lethe.Media.FreeMemory;

/// <summary>How much of the free memory a scrub may hold at once. Sizes in bytes.</summary>
/// <param name="Free">Free memory, including the processors' own lists.</param>
/// <param name="Room">How much may be held at once.</param>
/// <param name="Unmovable">How much of that to take as kernel pages.</param>
/// <param name="Reclaimable">How much of that to take as names and inodes.</param>
internal sealed record ScrubPlan(long Free, long Room, long Unmovable, long Reclaimable)
{
    // Taken beyond what the lists hold, because others free and take pages meanwhile.
    private const long Beyond = 8L << 20;

    // Taken without /proc/pagetypeinfo: these amounts cleared everything in the experiments.
    private const long UnmovableIfUnknown = 64L << 20, ReclaimableIfUnknown = 32L << 20;

    // Names cost 5 to 15 microseconds each.
    private const long MostReclaimable = 64L << 20;

    /// <param name="zones">The machine's zones.</param>
    /// <param name="lists">Free pages by migrate type, or null when they are not known.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="most">The most to hold at once, in bytes.</param>
    public static ScrubPlan Of(IReadOnlyList<MemoryZone> zones, FreeLists? lists, long pageSize, long most)
    {
        long free = zones.Sum(zone => zone.Free + zone.PerProcessor) * pageSize;
        long room = Math.Min(
            most,
            Math.Max(0, zones.Sum(zone => zone.Usable) * pageSize - Spare(zones.Sum(zone => zone.Managed) * pageSize))
        );
        // At most half of the room, so that the kernel has what it needs itself to allocate the other types.
        long unmovable = lists is null ? UnmovableIfUnknown : lists.Unmovable * pageSize + Beyond;
        long reclaimable = lists is null ? ReclaimableIfUnknown : lists.Reclaimable * pageSize + Beyond;
        return new ScrubPlan(free, room, Math.Min(unmovable, room / 2), Math.Min(Math.Min(reclaimable, MostReclaimable), room / 2));
    }

    /// <summary>
    /// Bytes that stay free above the watermarks, so that nobody has to wait for memory: half a percent of all, from 4 to 256 MiB.
    /// </summary>
    private static long Spare(long managed) => Math.Clamp(managed / 200, 4L << 20, 256L << 20);
}
