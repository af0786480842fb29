using Lethe.Linux;
using Lethe.Media;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Running;

/// <summary>What a run would do, medium by medium. Making it only reads; <see cref="DisposableRun"/> carries it out.</summary>
public sealed class RunPlan
{
    private RunPlan(SealConditions conditions)
    {
        Conditions = conditions;
        Seals = [.. Media.Matrix.Seals.All.Select(seal => (seal, PlanOf(seal, conditions)))];
    }

    /// <summary>What it was made from.</summary>
    public SealConditions Conditions { get; }

    /// <summary>What each seal would put in place, in the order of the matrix.</summary>
    public IReadOnlyList<(ISeal Seal, SealPlan Plan)> Seals { get; }

    /// <summary>Makes it.</summary>
    /// <exception cref="Evidence.FailureException">Something cannot be as the user wants it.</exception>
    /// <exception cref="IOException">Something cannot be read.</exception>
    public static RunPlan Of(SealConditions conditions) => new(conditions);

    private static SealPlan PlanOf(ISeal seal, SealConditions conditions)
    {
        if (conditions.Options.Without.Contains(seal.Medium.Name)) return LeftOut(seal.Medium, "switched off with --without");
        return seal.NeedsSuperuser && !ChildProcess.IsSuperuser ? LeftOut(seal.Medium, "only root can seal it") : seal.Plan(conditions);
    }

    private static SealPlan LeftOut(Medium medium, string reason) => SealPlan.Open($"{medium.Title}: {reason}", reason);
}
