using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Media.CoreDumps;

/// <summary>No core dump is written, neither to a file nor to a handler.</summary>
internal sealed class CoreDumpsSeal : ISeal
{
    public Medium Medium => Medium.CoreDumps;

    public SealPlan Plan(SealConditions conditions) =>
        new("RLIMIT_CORE 1, coredump_filter 0") { LaunchOrders = [new LaunchOrder.ForbidCoreDumps()] };

    public SealedMedium Apply(SealPlan plan, ISealing sealing) => new Sealed(Medium, plan, Judge);

    private static Outcome Judge(WorkloadEnd end) => end.CoreDumps == 0
        ? Outcome.Empty("no process of it dumped core")
        : new Outcome(
            PurgeMethod.None,
            0,
            "wait status of each process",
            Verdict.Residue,
            $"{end.CoreDumps} processes dumped core all the same"
        );
}
