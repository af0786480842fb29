using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media;
using Lethe.Media.FreeMemory;
using Lethe.Media.Matrix;
using Lethe.Media.Sealing;

namespace Lethe.Tests.Media.Sealing;

/// <summary>What a certificate's verdict on a medium rests on.</summary>
public sealed class OutcomeTests
{
    private static readonly Outcome Wiped = new(PurgeMethod.Overwrite, 4096, "1 page read back as zero", Verdict.Clean, null);

    [Fact]
    public void Nothing_is_clean_that_rests_on_nothing()
    {
        MediumOutcome outcome = (Wiped with { Verification = null }).Of(Medium.Swap, "sealed");
        Assert.Equal((Verdict.Inconclusive, "nobody looked"), (outcome.Verdict, outcome.Reason));
        Assert.Equal(Verdict.Clean, Wiped.Of(Medium.Swap, "sealed").Verdict);
    }

    [Fact]
    public void What_a_scrub_could_not_hold_bounds_what_is_left()
    {
        MediumOutcome outcome = Wiped.AfterScrub(Scrub(free: 1000 << 20, covered: 990 << 20)).Of(Medium.Swap, null);
        Assert.Equal((Verdict.Bounded, 10L << 20), (outcome.Verdict, outcome.MostBytesLeft));
        Assert.Contains("990 MiB of 1000 MiB", outcome.Verification);
        Assert.Contains("1 page read back as zero", outcome.Verification);
        Assert.Contains("10.0 MiB", outcome.Reason);
    }

    [Fact]
    public void A_scrub_that_held_everything_leaves_nothing()
    {
        MediumOutcome outcome = Wiped.Doubted("missed").AfterScrub(Scrub(free: 1 << 20, covered: 1 << 20)).Of(Medium.Swap, null);
        Assert.Equal((Verdict.Clean, null, null), (outcome.Verdict, outcome.MostBytesLeft, outcome.Reason));
    }

    [Fact]
    public void A_scrub_that_did_not_come_to_its_end_counts_for_nothing()
    {
        WorkloadEnd end = new(new MemoryOutcome(0, 0, 0, null), new Dictionary<Medium, ObjectsOutcome>(), new OwnMounts(0, 0, 0), 0, null);
        Assert.Null(end.CompleteScrub);
        Assert.Null((end with { Scrub = Scrub(1, 1) with { End = ScrubEnd.MemoryPressure } }).CompleteScrub);
        Assert.Null((end with { Scrub = Scrub(1, 1) with { Missing = ["keys"] } }).CompleteScrub);
        Assert.NotNull((end with { Scrub = Scrub(1, 1) }).CompleteScrub);
    }

    [Fact]
    public void What_was_freed_as_it_was_is_as_clean_as_what_zeroes_it()
    {
        WorkloadEnd end = new(new MemoryOutcome(0, 0, 0, null), new Dictionary<Medium, ObjectsOutcome>(), new OwnMounts(0, 0, 0), 0, null);
        Assert.Equal((Verdict.Inconclusive, "missed"), Said(Wiped.Freed(end, kernelZeroes: false, "missed")));
        Assert.Equal((Verdict.Clean, null), Said(Wiped.Freed(end, kernelZeroes: true, "missed")));
        Assert.Contains(Outcome.KernelZeroes, Wiped.Freed(end, kernelZeroes: true, "missed").Verification);
        Assert.Equal(Verdict.Bounded, Wiped.Freed(end with { Scrub = Scrub(2 << 20, 1 << 20) }, kernelZeroes: false, "missed").Verdict);
        Assert.Equal((Verdict.Residue, null), Said((Wiped with { Verdict = Verdict.Residue }).Freed(end, kernelZeroes: true, "missed")));

        static (Verdict, string?) Said(Outcome outcome) => (outcome.Verdict, outcome.Reason);
    }

    [Fact]
    public void What_is_proved_elsewhere_names_the_route()
    {
        MediumOutcome outcome = Outcome.ProvedElsewhere("memfd-secret/exit").Of(Medium.MemfdSecret, "the kernel zeroes them");
        Assert.Equal((Verdict.ProvedElsewhere, "lethe prove --route memfd-secret/exit"), (outcome.Verdict, outcome.Reason));
        Assert.NotNull(Catalog.Find("memfd-secret/exit"));
    }

    [Fact]
    public void A_doubt_does_not_hide_what_was_found() =>
        Assert.Equal(Verdict.Residue, (Wiped with { Verdict = Verdict.Residue }).Doubted("missed").Verdict);

    private static ScrubResult Scrub(long free, long covered) => new(ScrubEnd.Complete, free, covered, 1, [], []);
}
