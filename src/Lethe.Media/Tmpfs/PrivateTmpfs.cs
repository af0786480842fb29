using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.Tmpfs;

/// <summary>A tmpfs that only one workload sees.</summary>
internal static class PrivateTmpfs
{
    /// <summary>
    /// Makes it and attaches it to a directory of the workload; its pages never go to swap where the kernel can promise
    /// that (noswap, since Linux 6.4).
    /// </summary>
    public static void Mount(ISealing sealing, string directory, string medium, string size = "50%")
    {
        const int Attributes = NewMount.MOUNT_ATTR_NOSUID | NewMount.MOUNT_ATTR_NODEV;
        string[] options = [$"size={size}", directory == "/run/user" ? "mode=0755" : "mode=1777"];
        Descriptor mount;
        try
        {
            mount = NewMount.Make("tmpfs", [.. options, "noswap"], Attributes);
        }
        catch (LinuxException failure) when (failure.Error == Errno.EINVAL)
        {
            mount = NewMount.Make("tmpfs", options, Attributes);
        }

        sealing.Unshare(Namespaces.CLONE_NEWNS);
        sealing.KeepFilesOf(mount, medium);
        sealing.Mount(mount, directory);
    }
}
