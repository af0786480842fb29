using Lethe.Media.Sealing;

namespace Lethe.Media.HugePagePool;

/// <summary>Huge pages are overwritten before they go back to the pool, which keeps what is in them whatever the kernel does.</summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("huge-page-pool", "huge page pool");

    public SealedMedium Apply(ISealing sealing) => new Sealed(Medium, "zeroed before they go back", null, end =>
        end.Memory.Missed is { } missed ? Outcome.Open(missed) : Outcome.Overwritten(end.ObjectsOf(Medium.Name)));
}
