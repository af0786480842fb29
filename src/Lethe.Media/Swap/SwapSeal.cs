using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.Swap;

/// <summary>The workload's cgroup may not swap (memory.swap.max and memory.zswap.max 0, or swappiness 0 in version 1).</summary>
internal sealed class SwapSeal : ISeal
{
    public Medium Medium => Medium.Swap;

    public bool NeedsSuperuser => true;

    public SealPlan Plan(SealConditions conditions) => ControlGroup.ExpectedSwapSeal() is { } how
        ? new SealPlan(how) { Limits = new GroupLimits(ForbidsSwap: true, MemoryOf(conditions.Options)) }
        : WithoutGroup();

    public SealedMedium Apply(SealPlan plan, ISealing sealing)
    {
        ControlGroup? group = ControlGroup.TryCreate($"lethe-{sealing.Id}");
        // The kernel may refuse what the plan expects.
        if (group is null) return new Sealed(Medium, WithoutGroup(), Unsealed);
        try
        {
            // A group may have been created even where the plan expected none.
            GroupLimits limits = plan.Limits ?? new GroupLimits(ForbidsSwap: true, MemoryOf(sealing.Conditions.Options));
            if (limits.ForbidsSwap) group.ForbidSwap();
            if (limits.MemoryBytes is { } most) group.LimitMemory(most);
        }
        catch (IOException)
        {
            group.Dispose();
            throw;
        }

        sealing.WhenStarted(group.Add);
        return new Grouped(Medium, group);
    }

    private static long? MemoryOf(SealOptions options) => options.MemoryLimit switch
    {
        null => MemoryReserve.FreeLessReserve(),
        0 => null,
        var most => most,
    };

    private static SealPlan WithoutGroup() => SystemMemory.SwapAreas() == 0
        ? new SealPlan("the machine does not swap")
        : new SealPlan(How: null, "no control group with memory can be made here");

    private static Outcome Unsealed(WorkloadEnd end) => end.Memory.SwappedBytes > 0
        ? new Outcome(
            PurgeMethod.None,
            0,
            "page tables at each end",
            Verdict.Residue,
            $"{ByteSize.Format(end.Memory.SwappedBytes)} were in swap"
        )
        : SystemMemory.SwapAreas() == 0 ? Outcome.Empty("no swap area is in use") : Outcome.Open("nothing kept it from swap");

    private sealed class Grouped(Medium medium, ControlGroup group) : SealedMedium
    {
        public override string? How => group.SwapSeal;

        public override MediumOutcome End(WorkloadEnd end)
        {
            long? left = group.SwappedBytes();
            group.Dispose();
            long swapped = end.Memory.SwappedBytes + (left ?? 0);
            Outcome outcome = swapped > 0
                ? new Outcome(PurgeMethod.None, 0, "page tables at each end", Verdict.Residue, $"{ByteSize.Format(swapped)} were in swap")
                : left is null ? Outcome.Open("its control group was removed before it said what is in swap")
                : Outcome.Empty("no page of it was found in swap");
            return outcome.Of(medium, How);
        }

        public override void Abandon() => group.Dispose();
    }
}
