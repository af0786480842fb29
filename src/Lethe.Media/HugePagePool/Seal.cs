using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.HugePagePool;

/// <summary>
/// Huge pages are overwritten before they go back to the pool, which keeps what is in them whatever the kernel does. Where
/// the pool is mounted as a file system, the workload gets one of its own, whose files are kept to be overwritten.
/// </summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("huge-page-pool", "huge page pool");

    public SealedMedium Apply(ISealing sealing)
    {
        if (ChildProcess.IsSuperuser)
        {
            foreach (MountedFileSystem pool in MountedFileSystem.Of("self").Where(mounted => mounted.Type == "hugetlbfs")) Mount(sealing, pool);
        }

        return new Sealed(Medium, "zeroed before they go back", null, end =>
            end.Memory.Missed is { } missed ? Outcome.Open(missed) : Outcome.Overwritten(end.ObjectsOf(Medium.Name)));
    }

    // With the options of the one it hides, as far as they say whose it is and how large its pages are.
    private void Mount(ISealing sealing, MountedFileSystem hidden)
    {
        string[] kept = [.. hidden.Options.Where(option => option.Split('=')[0] is "pagesize" or "mode" or "uid" or "gid")];
        Descriptor mount = NewMount.Make("hugetlbfs", kept, NewMount.MOUNT_ATTR_NOSUID | NewMount.MOUNT_ATTR_NODEV);
        sealing.Unshare(Namespaces.CLONE_NEWNS);
        sealing.KeepFilesOf(mount, Medium.Name);
        sealing.Mount(mount, hidden.Directory);
    }
}
