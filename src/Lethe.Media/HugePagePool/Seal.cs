using Lethe.Media.Sealing;

namespace Lethe.Media.HugePagePool;

/// <summary>Huge pages are overwritten before they go back to the pool, which keeps what is in them whatever the kernel does.</summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("huge-page-pool", "huge page pool");

    public SealedMedium Apply(ISealing sealing)
    {
        bool off = sealing.Options.Without.Contains("anonymous-memory");
        return new Sealed(Medium, off ? null : "zeroed before they go back", off ? "switched off" : null, end =>
            off || end.Memory.Missed is not null ? Outcome.Open(end.Memory.Missed ?? "switched off with --without") : Outcome.Overwritten(end.ObjectsOf(Medium.Name)));
    }
}
