using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Mounting and swapping.</summary>
[CHeader("sys/mount.h")]
internal static partial class Mounts
{
    /// <summary>Mount read-only.</summary>
    public const uint MS_RDONLY = 1;

    /// <summary>No device files.</summary>
    public const uint MS_NODEV = 4;

    /// <summary>Change a mount that is there.</summary>
    public const uint MS_REMOUNT = 32;

    /// <summary>Show a directory or file at a second place.</summary>
    public const uint MS_BIND = 4096;

    /// <summary>Include everything that is mounted below.</summary>
    public const uint MS_REC = 16384;

    /// <summary>Mounts made outside appear here. Mounts made here do not appear outside.</summary>
    public const uint MS_SLAVE = 1 << 19;

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MountCall(string source, string target, string type, nuint flags, string options);

    [LibraryImport("libc", EntryPoint = "umount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnmountCall(string target);

    [LibraryImport("libc", EntryPoint = "swapon", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SwapOnCall(string path, int flags);

    [LibraryImport("libc", EntryPoint = "swapoff", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SwapOffCall(string path);

    /// <summary>Mounts a file system on a directory, which is created if it is missing.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void Mount(string source, string target, string type, string options = "", bool readOnly = false)
    {
        Directory.CreateDirectory(target);
        Errno.Check(MountCall(source, target, type, readOnly ? MS_RDONLY : 0u, options), "mount", $"{source} ({type}) on {target}");
    }

    /// <summary>Keeps mounts made in the calling thread's namespace from appearing in others.</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public static void StopPropagation() => Errno.Check(MountCall("none", "/", "none", MS_REC | MS_SLAVE, ""), "mount", "/ as slave");

    /// <summary>Makes a device file unusable in the calling thread's mount namespace: opening it is refused (EACCES).</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public static void ForbidDevice(string path)
    {
        Errno.Check(MountCall(path, path, "none", MS_BIND, ""), "mount", path);
        Errno.Check(MountCall("none", path, "none", MS_REMOUNT | MS_BIND | MS_NODEV, ""), "mount", path);
    }

    /// <exception cref="LinuxException">It is in use.</exception>
    public static void Unmount(string target) => Errno.Check(UnmountCall(target), "umount", target);

    /// <summary>Starts to use a device or file as swap area.</summary>
    /// <exception cref="LinuxException">It is no swap area.</exception>
    public static void SwapOn(string path) => Errno.Check(SwapOnCall(path, 0), "swapon", path);

    /// <summary>Reads everything back from a swap area and stops using it.</summary>
    /// <exception cref="LinuxException">There is not enough memory for what it holds.</exception>
    public static void SwapOff(string path) => Errno.Check(SwapOffCall(path), "swapoff", path);

    /// <summary>Waits until all file data are on their devices.</summary>
    public static void Synchronise() => FileCalls.SynchroniseAll();
}
