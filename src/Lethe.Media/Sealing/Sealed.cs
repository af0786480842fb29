using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Media.Sealing;

/// <summary>A seal whose end needs no action: the outcome is found by asking.</summary>
/// <param name="medium">The medium.</param>
/// <param name="plan">How it is sealed, and what stays open.</param>
/// <param name="end">Says what came of it.</param>
internal sealed class Sealed(Medium medium, SealPlan plan, Func<WorkloadEnd, Outcome> end) : SealedMedium
{
    public override string? How => plan.How;

    public override string? Gap => plan.Gap;

    public override MediumOutcome End(WorkloadEnd ended) => end(ended).Of(medium, How);
}

/// <summary>What came of one medium, before it is known how it was sealed.</summary>
internal sealed record Outcome(PurgeMethod Method, long Bytes, string? Verification, Verdict Verdict, string? Reason)
{
    /// <summary>Nothing of the workload could get there, and looking shows that nothing did.</summary>
    public static Outcome Empty(string verification) => new(PurgeMethod.None, 0, verification, Verdict.Clean, null);

    /// <summary>Nobody looked, or nothing could be done.</summary>
    public static Outcome Open(string reason) => new(PurgeMethod.None, 0, null, Verdict.Inconclusive, reason);

    /// <summary>Objects were overwritten, read back and let go.</summary>
    public static Outcome Overwritten(ObjectsOutcome objects) => objects.Missed is { } missed
        ? new Outcome(PurgeMethod.Overwrite, objects.WipedBytes, null, Verdict.Inconclusive, missed)
        : new Outcome(PurgeMethod.Overwrite, objects.WipedBytes, $"{objects.Seen} objects read back as zero", Verdict.Clean, null);

    /// <summary>The same, but something was seen that makes it less than sure; what is worse already stays so.</summary>
    public Outcome Doubted(string reason) => Verdict == Verdict.Clean ? this with { Verdict = Verdict.Inconclusive, Reason = reason } : this;

    /// <summary>With the medium and its seal.</summary>
    public MediumOutcome Of(Medium medium, string? seal) => new(medium.Name, seal, Method, Bytes, Verification, Verdict, Reason);
}

/// <summary>Looking up what was overwritten.</summary>
internal static class WorkloadEndExtensions
{
    /// <summary>What overwriting objects of a medium came to; nothing when there were none.</summary>
    public static ObjectsOutcome ObjectsOf(this WorkloadEnd end, string medium) =>
        end.Objects.TryGetValue(medium, out ObjectsOutcome? outcome) ? outcome : new ObjectsOutcome(0, 0, null);
}
