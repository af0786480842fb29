using Lethe.Evidence.Proof;
using Lethe.Media.Sealing;

namespace Lethe.Media.Tmpfs;

/// <summary>A private tmpfs on /tmp, /run/user and directories the user names; its files are overwritten before they are freed.</summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("tmpfs", "tmpfs");

    public bool NeedsSuperuser => true;

    public SealedMedium Apply(ISealing sealing)
    {
        string[] directories = [.. new[] { "/tmp", "/run/user" }.Concat(sealing.Options.VolatileDirectories).Distinct()];
        foreach (string directory in directories) PrivateTmpfs.Mount(sealing, directory, Medium.Name);
        return new Sealed(Medium, $"private {string.Join(", ", directories)}", null, end => Judge(end, sealing.Effective));
    }

    private Outcome Judge(WorkloadEnd end, EffectiveState? effective)
    {
        Outcome outcome = Outcome.Overwritten(end.ObjectsOf(Medium.Name));
        bool zeroed = end.Scrubbed || effective is { InitOnFree: true };
        return end.Mounts switch
        {
            { PlacesLeft: > 0 } => outcome.Doubted("it unmounted a private place, and what it wrote below is not known"),
            { MemoryFileSystems: > 0 and var count } when !zeroed => outcome.Doubted($"it mounted {count} file systems in memory itself, which are not overwritten (--scrub closes it)"),
            _ => outcome,
        };
    }
}
