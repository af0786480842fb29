using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.FreeMemory;

namespace Lethe.Media.Sealing;

/// <summary>A seal that needs no action at the end. The outcome is computed from what is known then.</summary>
/// <param name="medium">The medium.</param>
/// <param name="plan">How it is sealed, and what stays open.</param>
/// <param name="end">Computes the outcome.</param>
internal sealed class Sealed(Medium medium, SealPlan plan, Func<WorkloadEnd, Outcome> end) : SealedMedium
{
    public override string? How => plan.How;

    public override string? Gap => plan.Gap;

    public override MediumOutcome End(WorkloadEnd ended) => end(ended).Of(medium, How);
}

/// <summary>The outcome of one medium, without the medium's name and seal.</summary>
internal sealed record Outcome(PurgeMethod Method, long Bytes, string? Verification, Verdict Verdict, string? Reason)
{
    /// <summary>The evidence for a kernel that zeroes freed memory.</summary>
    public const string KernelZeroes = "init_on_free is in effect, as the kernel's boot log says";

    private long? mostBytesLeft;

    /// <summary>Nothing of the workload could get into the medium, and a check has shown that nothing did.</summary>
    public static Outcome Empty(string verification) => new(PurgeMethod.None, 0, verification, Verdict.Clean, null);

    /// <summary>Nothing was checked, or nothing could be done.</summary>
    public static Outcome Open(string reason) => new(PurgeMethod.None, 0, null, Verdict.Inconclusive, reason);

    /// <summary>The kernel clears the medium when it frees it. A route of <c>lethe prove</c> shows that; this run did not.</summary>
    /// <param name="route">The route.</param>
    public static Outcome ProvedElsewhere(string route) =>
        new(PurgeMethod.ReturnToZeroingAllocator, 0, null, Verdict.ProvedElsewhere, $"lethe prove --route {route}");

    /// <summary>Objects were overwritten, read back and freed.</summary>
    public static Outcome Overwritten(ObjectsOutcome objects) => objects.Missed is { } missed
        ? new Outcome(PurgeMethod.Overwrite, objects.WipedBytes, null, Verdict.Inconclusive, missed)
        : new Outcome(PurgeMethod.Overwrite, objects.WipedBytes, $"{objects.Seen} objects read back as zero", Verdict.Clean, null);

    /// <summary>The same outcome, but inconclusive for a reason if it was clean. A worse outcome stays as it is.</summary>
    public Outcome Doubted(string reason) =>
        Verdict == Verdict.Clean ? this with { Verdict = Verdict.Inconclusive, Reason = reason } : this;

    /// <summary>
    /// Something went back to the kernel as it was. That is as clean as what zeroes freed memory: the kernel, or a scrub afterwards. Where
    /// nothing does, it is in doubt. What is worse already stays so.
    /// </summary>
    /// <param name="end">What is known at the end.</param>
    /// <param name="kernelZeroes">Whether the kernel zeroes what is freed.</param>
    /// <param name="otherwise">What is in doubt where nothing zeroes.</param>
    public Outcome Freed(WorkloadEnd end, bool kernelZeroes, string otherwise) => this switch
    {
        { Verdict: not Verdict.Clean } => this,
        _ when kernelZeroes => this with { Verification = $"{Verification}; {KernelZeroes}" },
        _ when end.CompleteScrub is { } scrub => AfterScrub(scrub),
        _ => Doubted(otherwise),
    };

    /// <summary>
    /// What is in doubt was freed, and free memory was scrubbed afterwards. The outcome is as good as the scrub. A scrub cannot hold all
    /// free memory at once. So at most as much can be left as it did not hold.
    /// </summary>
    /// <param name="scrub">The scrub, which ran to its end.</param>
    public Outcome AfterScrub(ScrubResult scrub)
    {
        string covered = $"{ByteSize.Format(scrub.Covered)} of {ByteSize.Format(scrub.Free)} free memory were taken zeroed";
        string verification = Verification is { } looked ? $"{looked}; {covered}" : covered;
        long left = Math.Max(0, scrub.Free - scrub.Covered);
        return left == 0
            ? this with { Verification = verification, Verdict = Verdict.Clean, Reason = null }
            : this with
            {
                Verification = verification,
                Verdict = Verdict.Bounded,
                Reason = $"at most the {ByteSize.Format(left)} of free memory that the scrub could not hold",
                mostBytesLeft = left,
            };
    }

    /// <summary>The outcome with the medium and its seal. A clean verdict without a verification becomes inconclusive.</summary>
    public MediumOutcome Of(Medium medium, string? seal) =>
        Verdict == Verdict.Clean && Verification is null
            ? Open("nobody looked").Of(medium, seal)
            : new MediumOutcome(medium.Name, seal, Method, Bytes, Verification, Verdict, Reason) { MostBytesLeft = mostBytesLeft };
}

/// <summary>Looking up what was overwritten.</summary>
internal static class WorkloadEndExtensions
{
    /// <summary>What overwriting objects of a medium came to; nothing when there were none.</summary>
    public static ObjectsOutcome ObjectsOf(this WorkloadEnd end, Medium medium) =>
        end.Objects.TryGetValue(medium, out ObjectsOutcome? outcome) ? outcome : new ObjectsOutcome(0, 0, null);
}
