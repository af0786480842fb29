using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.Swap;

/// <summary>The workload's control group may not swap (memory.swap.max and memory.zswap.max 0, or swappiness 0 in version 1).</summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("swap", "swap");

    public bool NeedsSuperuser => true;

    public SealedMedium Apply(ISealing sealing)
    {
        ControlGroup? group = ControlGroup.TryCreate($"lethe-{sealing.Id}");
        if (group is null)
        {
            bool none = ControlGroup.SwapAreas() == 0;
            return new Sealed(Medium, none ? "the machine does not swap" : null, none ? null : "swap: no control group with memory can be made here", Unsealed);
        }

        try
        {
            group.ForbidSwap();
            if (sealing.Options.MemoryLimit is not 0) group.LimitMemory(sealing.Options.MemoryLimit ?? ControlGroup.FreeLessReserve());
        }
        catch (IOException)
        {
            group.Dispose();
            throw;
        }

        sealing.WhenStarted(group.Add);
        return new Grouped(Medium, group);
    }

    private static Outcome Unsealed(WorkloadEnd end) => end.Memory.SwappedBytes > 0
        ? new Outcome(PurgeMethod.None, 0, "page tables at each end", Verdict.Residue, $"{ByteSize.Format(end.Memory.SwappedBytes)} were in swap")
        : ControlGroup.SwapAreas() == 0 ? Outcome.Empty("no swap area is in use") : Outcome.Open("nothing kept it from swap");

    private sealed class Grouped(Medium medium, ControlGroup group) : SealedMedium
    {
        public override string? How => group.SwapSeal;

        public override MediumOutcome End(WorkloadEnd end)
        {
            long left = group.SwappedBytes();
            group.Dispose();
            Outcome outcome = end.Memory.SwappedBytes + left > 0
                ? new Outcome(PurgeMethod.None, 0, "page tables at each end", Verdict.Residue, $"{ByteSize.Format(end.Memory.SwappedBytes + left)} were in swap")
                : Outcome.Empty("no page of it was found in swap");
            return outcome.Of(medium, How);
        }

        public override void Abandon() => group.Dispose();
    }
}
