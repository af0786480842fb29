using FsCheck.Fluent;
using FsCheck;
using Lethe.Evidence.ExitCodes;
using Lethe.Evidence.Proof;
using Lethe.Evidence;

namespace Lethe.Tests.Evidence;

public sealed class ProofVerdictTests
{
    private const long Planted = 8 << 20;

    [Fact]
    public void Clean_needs_a_seen_canary_and_nothing_left() =>
        Assert.Equal((Verdict.Clean, null), ProofVerdict.Of(Planted, baseline: 0, live: Planted, residue: 0, control: false));

    [Fact]
    public void One_word_left_is_residue() =>
        Assert.Equal(Verdict.Residue, ProofVerdict.Of(Planted, 0, Planted, residue: 8, control: false).Verdict);

    [Theory]
    [InlineData(0, 0, 0, 0, false)] // nothing planted
    [InlineData(Planted, 8, Planted, 0, false)] // there before it was planted
    [InlineData(Planted, 0, 0, 0, false)] // never seen: a planter that plants nothing, a scanner that finds nothing
    [InlineData(Planted, 0, Planted * 98 / 100, 0, false)] // not enough seen
    [InlineData(Planted, 0, Planted, 0, true)] // a control that shows nothing
    [InlineData(-1, 0, 0, 0, false)]
    public void A_void_run_is_inconclusive(long planted, long baseline, long live, long residue, bool control)
    {
        (Verdict verdict, string? reason) = ProofVerdict.Of(planted, baseline, live, residue, control);
        Assert.Equal(Verdict.Inconclusive, verdict);
        Assert.NotNull(reason);
    }

    [Fact]
    public void Clean_is_never_said_without_its_positive_control() =>
        Prop.ForAll<(NonNegativeInt Planted, NonNegativeInt Baseline, NonNegativeInt Live, NonNegativeInt Residue)>(run =>
        {
            (long planted, long baseline, long live, long residue) = (run.Planted.Get, run.Baseline.Get, run.Live.Get, run.Residue.Get);
            return ProofVerdict.Of(planted, baseline, live, residue, control: false).Verdict != Verdict.Clean
                || (planted > 0 && baseline == 0 && residue == 0 && live * 100 >= planted * 99);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(10_000)));

    [Fact]
    public void Exit_codes_follow_the_worst_that_was_found()
    {
        RouteRun clean = Run(Verdict.Clean), residue = Run(Verdict.Residue), undecided = Run(Verdict.Inconclusive);
        RouteRun control = residue with { Control = true },
            lost = undecided with { LostMachine = true },
            unsupported = Run(Verdict.Unsupported);
        Assert.Equal(ExitCode.Clean, ExitCodePolicy.OfProof([clean]));
        Assert.Equal(ExitCode.Clean, ExitCodePolicy.OfProof([clean, control]));
        Assert.Equal(ExitCode.Residue, ExitCodePolicy.OfProof([clean, undecided, lost, residue]));
        Assert.Equal(ExitCode.OperationalError, ExitCodePolicy.OfProof([clean, undecided, lost]));
        Assert.Equal(ExitCode.Inconclusive, ExitCodePolicy.OfProof([clean, undecided, unsupported]));
        Assert.Equal(ExitCode.Unsupported, ExitCodePolicy.OfProof([clean, unsupported]));
        Assert.NotEqual(ExitCode.Clean, ExitCodePolicy.OfProof([]));
        Assert.Equal(ExitCode.Clean, ExitCodePolicy.OfProofWithoutResidue([residue]));
        Assert.Equal(ExitCode.OperationalError, ExitCodePolicy.OfProofWithoutResidue([residue, lost]));
        Assert.Equal(ExitCode.Inconclusive, ExitCodePolicy.OfProofWithoutResidue([residue, undecided]));
    }

    [Fact]
    public void Under_lethe_the_question_is_what_lethe_leaves()
    {
        RouteRun before = Run(Verdict.Residue), clean = Run(Verdict.Clean) with { Protection = Protection.Lethe };
        RouteRun left = before with { Protection = Protection.Lethe },
            unsupported = Run(Verdict.Unsupported) with { Protection = Protection.Lethe };
        Assert.Equal(ExitCode.Clean, ExitCodePolicy.OfProof([before, clean]));
        Assert.Equal(ExitCode.Residue, ExitCodePolicy.OfProof([before, clean, left]));
        Assert.Equal(ExitCode.Inconclusive, ExitCodePolicy.OfProof([Run(Verdict.Inconclusive), clean]));
        Assert.Equal(ExitCode.Unsupported, ExitCodePolicy.OfProof([before, clean, unsupported]));
        Assert.Equal(ExitCode.Clean, ExitCodePolicy.OfProof([before, clean, unsupported with { Refused = true }]));
    }

    private static RouteRun Run(Verdict verdict) =>
        new() { Route = "swap/exit", Medium = "swap", Kernel = "6.1", Options = "", Verdict = verdict };
}
