using Lethe.Media.Sealing;

namespace Lethe.Media.Tmpfs;

/// <summary>A private tmpfs on /tmp, /run/user and directories that the user names. Files are overwritten before they are freed.</summary>
internal sealed class TmpfsSeal : ISeal
{
    public Medium Medium => Medium.Tmpfs;

    public bool NeedsSuperuser => true;

    public SealPlan Plan(SealConditions conditions)
    {
        string[] directories = [.. new[] { "/tmp", "/run/user" }.Concat(conditions.Options.VolatileDirectories).Distinct()];
        PrivateFileSystem[] places = [.. directories.Select(directory => PrivateTmpfs.On(directory))];
        return new SealPlan($"private {string.Join(", ", directories)}") { FileSystems = places };
    }

    public SealedMedium Apply(SealPlan plan, ISealing sealing) => new Sealed(Medium, plan, end => Judge(end, sealing.Conditions));

    private Outcome Judge(WorkloadEnd end, SealConditions conditions)
    {
        Outcome outcome = Outcome.Overwritten(end.ObjectsOf(Medium));
        if (end.Mounts.PlacesLeft > 0) return outcome.Doubted("it unmounted a private place, and what it wrote below is not known");
        return end.Mounts.MemoryFileSystems is > 0 and var count
            ? outcome.Freed(
                end,
                conditions.KernelZeroes,
                $"it mounted {count} file systems in memory itself, which are not overwritten (--scrub closes it)"
            )
            : outcome;
    }
}
