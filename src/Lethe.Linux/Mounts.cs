using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Mounting and swapping.</summary>
[CHeader("sys/mount.h")]
public static partial class Mounts
{
    /// <summary>Mount read-only.</summary>
    public const uint MS_RDONLY = 1;

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MountCall(string source, string target, string type, nuint flags, string options);

    [LibraryImport("libc", EntryPoint = "umount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnmountCall(string target);

    [LibraryImport("libc", EntryPoint = "swapon", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SwapOnCall(string path, int flags);

    [LibraryImport("libc", EntryPoint = "swapoff", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SwapOffCall(string path);

    /// <summary>Mounts a file system on a directory, which is made if it is not there.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void Mount(string source, string target, string type, string options = "", bool readOnly = false)
    {
        Directory.CreateDirectory(target);
        Errno.Check(MountCall(source, target, type, readOnly ? MS_RDONLY : 0u, options), "mount", $"{source} ({type}) on {target}");
    }

    /// <summary>Unmounts a directory.</summary>
    /// <exception cref="LinuxException">It is in use.</exception>
    public static void Unmount(string target) => Errno.Check(UnmountCall(target), "umount", target);

    /// <summary>Swaps to a device or file.</summary>
    /// <exception cref="LinuxException">It is no swap area.</exception>
    public static void SwapOn(string path) => Errno.Check(SwapOnCall(path, 0), "swapon", path);

    /// <summary>Takes everything back from a swap area and stops using it.</summary>
    /// <exception cref="LinuxException">Not enough memory to take it back.</exception>
    public static void SwapOff(string path) => Errno.Check(SwapOffCall(path), "swapoff", path);

    /// <summary>Waits until all file data are on their devices.</summary>
    public static void Synchronise() => FileCalls.SynchroniseAll();
}
