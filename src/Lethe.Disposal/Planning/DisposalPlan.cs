using Lethe.Linux;
using Lethe.Media;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Planning;

/// <summary>What would be done to end a workload without residue, medium by medium. Making it only reads.</summary>
public sealed class DisposalPlan
{
    private DisposalPlan(SealConditions conditions, IEnumerable<ISeal> seals)
    {
        Conditions = conditions;
        Seals = [.. seals.Select(seal => (seal, PlanOf(seal, conditions)))];
    }

    /// <summary>What it was made from.</summary>
    public SealConditions Conditions { get; }

    /// <summary>What each seal would put in place, in the order of the matrix.</summary>
    public IReadOnlyList<(ISeal Seal, SealPlan Plan)> Seals { get; }

    /// <summary>Whether memory that is given back during life is to be wiped.</summary>
    public bool Strict => Seals.Any(line => line.Plan.Filter is { Strict: true });

    /// <summary>What becomes of memory files.</summary>
    public MemfdPolicy Memfd => Seals.Select(line => line.Plan.Filter?.Memfd).OfType<MemfdPolicy?>().FirstOrDefault() ?? MemfdPolicy.Allow;

    /// <summary>Makes it for this machine.</summary>
    /// <param name="kind">What is to be sealed.</param>
    /// <param name="options">How.</param>
    /// <exception cref="Evidence.FailureException">Something cannot be as the user wants it.</exception>
    /// <exception cref="IOException">Something cannot be read.</exception>
    public static DisposalPlan Of(WorkloadKind kind, SealOptions options) => Of(new SealConditions(kind, options, ThisHost.State()));

    /// <summary>Makes it.</summary>
    /// <exception cref="Evidence.FailureException">Something cannot be as the user wants it.</exception>
    /// <exception cref="IOException">Something cannot be read.</exception>
    public static DisposalPlan Of(SealConditions conditions) => Of(conditions, Media.Matrix.MediaMatrix.Seals);

    /// <summary>Makes it of other seals than those of the matrix.</summary>
    internal static DisposalPlan Of(SealConditions conditions, IEnumerable<ISeal> seals) => new(conditions, seals);

    /// <summary>Whether a medium is sealed, or judged at the end, and not left as it is.</summary>
    internal bool IsSealed(Medium medium) => Seals.Any(line => line.Seal.Medium == medium && line.Plan.OpenBecause is null);

    private static SealPlan PlanOf(ISeal seal, SealConditions conditions)
    {
        if (conditions.Options.Without.Contains(seal.Medium.Name)) return LeftOut(seal.Medium, "switched off with --without");
        return seal.NeedsSuperuser && !ChildProcess.IsSuperuser ? LeftOut(seal.Medium, "only root can seal it") : seal.Plan(conditions);
    }

    private static SealPlan LeftOut(Medium medium, string reason) => SealPlan.Open($"{medium.Title}: {reason}", reason);
}
