using Lethe.Media.Sealing;

namespace Lethe.Media.Memfd;

/// <summary>Lethe makes the workload's memory files itself and keeps a descriptor of each, so that it overwrites them last.</summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("memfd", "memfd");

    public SealedMedium Apply(ISealing sealing) => sealing.Options.Memfd switch
    {
        MemfdPolicy.Keep => new Sealed(Medium, "made and kept by lethe", null, end => Outcome.Overwritten(end.ObjectsOf(Medium.Name))),
        MemfdPolicy.Deny => new Sealed(Medium, "refused", null, _ => Outcome.Empty("no process of it could make one")),
        _ => new Sealed(Medium, null, "memory files (--memfd keep closes it)", _ => Outcome.Open("allowed with --memfd allow")),
    };
}
