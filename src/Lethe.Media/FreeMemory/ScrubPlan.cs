namespace Lethe.Media.FreeMemory;

/// <summary>How much of the free memory a scrub may hold at once, and what it leaves to everybody else. Sizes in bytes.</summary>
/// <param name="Free">Free memory, with the lists of single processors.</param>
/// <param name="Room">What may be held at once.</param>
/// <param name="Unmovable">How much of it to take as kernel pages.</param>
/// <param name="Reclaimable">How much of it to take as names and inodes.</param>
internal sealed record ScrubPlan(long Free, long Room, long Unmovable, long Reclaimable)
{
    // Taken beyond what the lists hold, because others free and take pages meanwhile.
    private const long Beyond = 8L << 20;

    // Without /proc/pagetypeinfo: what cleared everything in the experiments.
    private const long UnmovableIfUnknown = 64L << 20, ReclaimableIfUnknown = 32L << 20;

    // Names cost 5 to 15 microseconds each.
    private const long MostReclaimable = 64L << 20;

    /// <summary>Makes the plan.</summary>
    /// <param name="zones">The machine's zones.</param>
    /// <param name="lists">Free pages by kind, or null when the kernel does not say.</param>
    /// <param name="pageSize">Bytes a page has.</param>
    /// <param name="most">The most to hold at once, in bytes.</param>
    public static ScrubPlan Of(IReadOnlyList<MemoryZone> zones, FreeLists? lists, long pageSize, long most)
    {
        long free = zones.Sum(zone => zone.Free + zone.PerProcessor) * pageSize;
        long room = Math.Min(
            most,
            Math.Max(0, zones.Sum(zone => zone.Usable) * pageSize - Spare(zones.Sum(zone => zone.Managed) * pageSize))
        );
        // At most half, so that there is room for what the kernel itself needs to hand out the other kinds.
        long unmovable = lists is null ? UnmovableIfUnknown : lists.Unmovable * pageSize + Beyond;
        long reclaimable = lists is null ? ReclaimableIfUnknown : lists.Reclaimable * pageSize + Beyond;
        return new ScrubPlan(free, room, Math.Min(unmovable, room / 2), Math.Min(Math.Min(reclaimable, MostReclaimable), room / 2));
    }

    /// <summary>
    /// What is left above the watermarks, so that nobody has to wait for memory: half a percent of all, from 4 to 256 MiB.
    /// </summary>
    private static long Spare(long managed) => Math.Clamp(managed / 200, 4L << 20, 256L << 20);
}
