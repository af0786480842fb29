using Lethe.Media.Sealing;

namespace Lethe.Media.Memfd;

/// <summary>Lethe creates the workload's memfds itself and keeps a descriptor of each, so that it can overwrite them at the end.</summary>
internal sealed class MemfdSeal : ISeal
{
    public Medium Medium => Medium.Memfd;

    public SealPlan Plan(SealConditions conditions) => conditions.Options.Memfd switch
    {
        MemfdPolicy.Keep => new SealPlan("made and kept by lethe") { Filter = new FilterPart(Strict: false, MemfdPolicy.Keep) },
        MemfdPolicy.Deny => new SealPlan("refused") { Filter = new FilterPart(Strict: false, MemfdPolicy.Deny) },
        _ => SealPlan.Open("allowed with --memfd allow; --memfd keep closes it"),
    };

    public SealedMedium Apply(SealPlan plan, ISealing sealing) => new Sealed(Medium, plan, end =>
        plan.Filter is { Memfd: MemfdPolicy.Keep }
            ? Outcome.Overwritten(end.ObjectsOf(Medium))
            : Outcome.Empty("its system call filter refuses memfd_create"));
}
