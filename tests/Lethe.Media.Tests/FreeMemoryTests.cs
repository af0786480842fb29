using Lethe.Media.FreeMemory;

namespace Lethe.Tests.Media;

/// <summary>The pure parts of the scrub: what the kernel's tables say and what is planned from them.</summary>
public sealed class FreeMemoryTests
{
    // Two zones of Linux 6.1 with 512 MiB, cut to what matters, and one without pages.
    private const string Zones = """
        Node 0, zone      DMA
          per-node stats
              nr_inactive_anon 1215
              nr_free_cma  0
          pages free     3840
                boost    0
                min      175
                low      218
                high     261
                spanned  4095
                present  3998
                managed  3840
                cma      0
                protection: (0, 430, 430, 430, 430)
              nr_free_pages 3840
          pagesets
            cpu: 0
                      count: 0
                      high:  20
                      batch: 1
          vm stats threshold: 2
          node_unreclaimable:  0
          start_pfn:           1
        Node 0, zone    DMA32
          pages free     96000
                boost    0
                min      5000
                low      6250
                high     7500
                spanned  126976
                present  126976
                managed  110080
                cma      0
                protection: (0, 0, 0, 0, 0)
              nr_free_pages 96000
          pagesets
            cpu: 0
                      count: 300
                      high:  378
                      batch: 63
            cpu: 1
                      count: 40
                      high:  378
                      batch: 63
        Node 0, zone   Normal
          pages free     0
                min      0
                low      0
                high     0
                managed  0
                protection: (0, 0, 0, 0, 0)
        """;

    private const string Lists = """
        Page block order: 9
        Pages per block:  512

        Free pages count per migrate type at order       0      1      2      3      4      5      6      7      8      9     10
        Node    0, zone      DMA, type    Unmovable      1      0      1      0      0      0      0      0      0      7      7
        Node    0, zone      DMA, type      Movable      0      1     >3
        Node    0, zone    DMA32, type    Unmovable    365    672    354
        Node    0, zone    DMA32, type  Reclaimable      1      0     26
        Node    0, zone    DMA32, type   HighAtomic      2      0      0

        Number of blocks type     Unmovable      Movable  Reclaimable   HighAtomic      Isolate
        Node 0, zone      DMA            1            7            0            0            0
        """;

    [Fact]
    public void Zones_are_read_and_empty_ones_left_out() => Assert.Equal(
        [new MemoryZone(0, "DMA", 3840, 261, 430, 3840, 0), new MemoryZone(0, "DMA32", 96000, 7500, 0, 110080, 340)],
        MemoryZone.Parse(Zones)
    );

    [Fact]
    public void Free_lists_are_added_up_by_kind() =>
        Assert.Equal(new FreeLists(1 + 4 + 365 + 2 * 672 + 4 * 354 + 2, 1 + 4 * 26, 2 + 4 * 3), FreeLists.Parse(Lists));

    [Fact]
    public void What_is_held_stays_above_the_watermarks_with_something_to_spare()
    {
        ScrubPlan plan = ScrubPlan.Of(MemoryZone.Parse(Zones), FreeLists.Parse(Lists), 4096, long.MaxValue);
        Assert.Equal((3840 + 96000 + 340) * 4096L, plan.Free);
        Assert.Equal((3840 - 261 - 430 + 96000 - 7500) * 4096L - (4L << 20), plan.Room);
        Assert.Equal((1 + 4 + 365 + 2 * 672 + 4 * 354 + 2) * 4096L + (8L << 20), plan.Unmovable);
    }

    [Fact]
    public void Without_the_lists_fixed_amounts_are_taken()
    {
        ScrubPlan plan = ScrubPlan.Of(MemoryZone.Parse(Zones), lists: null, 4096, long.MaxValue);
        Assert.Equal(64L << 20, plan.Unmovable);
        Assert.Equal(32L << 20, plan.Reclaimable);
    }

    [Fact]
    public void A_limit_holds_for_every_kind()
    {
        ScrubPlan plan = ScrubPlan.Of(MemoryZone.Parse(Zones), lists: null, 4096, most: 10L << 20);
        Assert.Equal(10L << 20, plan.Room);
        Assert.Equal(5L << 20, plan.Unmovable);
        Assert.Equal(5L << 20, plan.Reclaimable);
    }

    [Fact]
    public void A_machine_at_its_watermarks_gives_nothing()
    {
        ScrubPlan plan = ScrubPlan.Of([new MemoryZone(0, "Normal", 7400, 7500, 0, 110080, 0)], lists: null, 4096, long.MaxValue);
        Assert.Equal((0L, 0L, 0L), (plan.Room, plan.Unmovable, plan.Reclaimable));
    }

    [Fact]
    public void Unused_objects_of_all_general_caches_are_counted_by_size()
    {
        ObjectCaches caches = ObjectCaches.Parse("""
            slabinfo - version: 2.1
            # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>
            kmalloc-rnd-01-512  100  164  512   8    1 : tunables
            kmalloc-cg-512      10   110  512   8    1 : tunables
            kmalloc-1k          50    50 1024   8    2 : tunables
            dentry             100  9000  192  21    1 : tunables
            """);
        Assert.Equal(200 + 64 + 100, caches.ToTake(500));
        Assert.Equal(200, caches.ToTake(513));
        Assert.Equal(200, caches.ToTake(100_000));
    }

    [Fact]
    public void A_kernel_that_does_not_say_gets_a_fixed_number() => Assert.Equal(1000, ObjectCaches.Parse("").ToTake(64));

    [Fact]
    public void A_result_survives_the_way_between_processes()
    {
        var result = new ScrubResult(ScrubEnd.MemoryPressure, 5, 4, 3, [new ScrubStep("names", 2, 1)], ["something"]);
        Assert.Equivalent(result, ScrubResult.Parse(result.ToLine()));
        Assert.Null(ScrubResult.Parse("{"));
        Assert.Null(ScrubResult.Parse(""));
    }
}
