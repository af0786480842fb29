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
        return new Sealed(Medium, $"private {string.Join(", ", directories)}", null, end => Outcome.Overwritten(end.ObjectsOf(Medium.Name)));
    }
}
