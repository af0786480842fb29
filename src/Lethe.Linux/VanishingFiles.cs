using System.Runtime.InteropServices;
using System.Text;

namespace Lethe.Linux;

/// <summary>
/// Files and directories of things that come and go: processes and their descriptors in /proc, devices, caches and cgroups in /sys.
/// If one goes between being listed and being read, the result is null. Every other failure is thrown. Null means that there is no
/// answer: it never means that the answer would have been good.
/// </summary>
internal static unsafe partial class VanishingFiles
{
    private const int FirstBytes = 4096, LongestTarget = 4096;

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLink(string path, byte* target, nint room);

    /// <summary>Whether an error means that a path's target is gone.</summary>
    /// <param name="error">The errno of an open, a read or a listing.</param>
    /// <param name="path">The path that failed.</param>
    public static bool IsGone(int error, string path) => error switch
    {
        // The name is gone: proc_pid_lookup and proc_fd_link of fs/proc, kernfs_iop_lookup of fs/kernfs/dir.c, devpts. Listing a
        // removed directory fails so as well (iterate_dir of fs/readdir.c, proc_readfd_common of fs/proc/fd.c).
        Errno.ENOENT => true,
        // What was a directory was replaced by something else of its name (link_path_walk of fs/namei.c).
        Errno.ENOTDIR => true,
        // The process ended after its file was opened (proc_single_show of fs/proc/base.c, m_start of fs/proc/task_mmu.c), or between
        // its directory and its memory (mm_access of kernel/fork.c).
        Errno.ESRCH => true,
        // A file of sysfs or cgroupfs whose object is being removed (kernfs_fop_open and kernfs_seq_start of fs/kernfs/file.c).
        Errno.ENODEV => true,
        // A device file without its device (chrdev_open of fs/char_dev.c, blkdev_open of block/fops.c).
        Errno.ENXIO => true,
        // An attribute of a device that is being taken down (dm_attr_show of drivers/md/dm-sysfs.c, netdev_show of net/core/net-sysfs.c).
        // An attribute without a value fails in the same way. The directory stays until the object is gone, so it tells the two apart.
        Errno.EINVAL => path.StartsWith("/sys/", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Opens a file; close-on-exec is always set.</summary>
    /// <param name="path">The file.</param>
    /// <param name="flags">Flags of <see cref="FileCalls"/>.</param>
    /// <returns>Null when it is gone.</returns>
    /// <exception cref="LinuxException">It is there and cannot be opened.</exception>
    public static Descriptor? TryOpen(string path, int flags = FileCalls.O_RDONLY)
    {
        try
        {
            return AskTwice(path, () => Descriptor.Open(path, flags));
        }
        catch (LinuxException failure) when (IsGone(failure.Error, path))
        {
            return null;
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <returns>Null when it is gone, also if it went while it was read.</returns>
    /// <exception cref="LinuxException">It is there and cannot be read.</exception>
    public static byte[]? TryReadBytes(string path)
    {
        using Descriptor? file = TryOpen(path);
        return file is null ? null : TryReadBytes(file, path);
    }

    /// <summary>Reads an open file from its position to its end.</summary>
    /// <inheritdoc cref="TryReadBytes(string)" path="/returns|/exception"/>
    public static byte[]? TryReadBytes(Descriptor file, string path)
    {
        byte[] bytes = new byte[FirstBytes];
        int length = 0;
        try
        {
            // The size of such a file is not known beforehand: stat(2) reports 0, or a page.
            while (file.ReadSome(bytes.AsSpan(length)) is > 0 and var got)
            {
                length += got;
                if (length == bytes.Length) Array.Resize(ref bytes, bytes.Length * 2);
            }
        }
        catch (LinuxException failure) when (IsGone(failure.Error, path))
        {
            return null;
        }

        return bytes.AsSpan(0, length).ToArray();
    }

    /// <summary>Reads a whole file as UTF-8.</summary>
    /// <inheritdoc cref="TryReadBytes(string)" path="/returns|/exception"/>
    public static string? TryReadText(string path) => TryReadBytes(path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Reads a whole file's lines, as UTF-8 and without their ends.</summary>
    /// <inheritdoc cref="TryReadBytes(string)" path="/returns|/exception"/>
    public static string[]? TryReadLines(string path)
    {
        if (TryReadText(path) is not { } text) return null;
        return text.Length == 0 ? [] : (text[^1] == '\n' ? text[..^1] : text).Split('\n');
    }

    /// <summary>Reads where a symbolic link leads.</summary>
    /// <returns>Null when it is gone, or is no link (EINVAL, readlink(2)).</returns>
    /// <exception cref="LinuxException">It is there and cannot be read, or its target is longer than 4095 bytes.</exception>
    public static string? TryReadLink(string path)
    {
        try
        {
            return AskTwice(path, () =>
            {
                byte* target = stackalloc byte[LongestTarget];
                // SAFETY: the kernel writes no more than the size passed, and returns how much it wrote.
                nint length = Errno.Check(ReadLink(path, target, LongestTarget), "readlink", path);
                if (length == LongestTarget) throw new LinuxException(Errno.ENAMETOOLONG, "readlink", path);
                return Encoding.UTF8.GetString(target, (int)length);
            });
        }
        catch (LinuxException failure) when (failure.Error == Errno.EINVAL || IsGone(failure.Error, path))
        {
            return null;
        }
    }

    /// <summary>Lists a directory's names, without <c>.</c> and <c>..</c>; what is not UTF-8 in them is replaced.</summary>
    /// <returns>Null when it is gone, also if it went while it was listed.</returns>
    /// <exception cref="LinuxException">It is there and cannot be listed.</exception>
    public static IReadOnlyList<string>? TryList(string directory) =>
        TryListEntries(directory) is { } entries ? [.. entries.Select(entry => Encoding.UTF8.GetString(entry.Name))] : null;

    /// <summary>Lists the directories below a directory, at any depth. Those that go meanwhile may be missing, with all below.</summary>
    /// <returns>Their paths; each comes before those below it.</returns>
    /// <exception cref="LinuxException">One is there and cannot be listed.</exception>
    public static IEnumerable<string> DirectoriesBelow(string directory)
    {
        var open = new Stack<string>([directory]);
        while (open.TryPop(out string? next))
        {
            foreach ((byte[] name, DirectoryEntries.Kind kind) in TryListEntries(next) ?? [])
            {
                if (kind != DirectoryEntries.Kind.Directory) continue;
                string path = Path.Combine(next, Encoding.UTF8.GetString(name));
                yield return path;
                open.Push(path);
            }
        }
    }

    private static List<(byte[] Name, DirectoryEntries.Kind Kind)>? TryListEntries(string directory)
    {
        using Descriptor? open = TryOpen(directory, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY);
        if (open is null) return null;
        var entries = new List<(byte[] Name, DirectoryEntries.Kind Kind)>();
        try
        {
            while (DirectoryEntries.Next(open) is { Count: > 0 } some) entries.AddRange(some);
        }
        catch (LinuxException failure) when (IsGone(failure.Error, directory))
        {
            return null;
        }

        return entries;
    }

    // Reading a link of a process that is just ending fails with EACCES (proc_pid_get_link of fs/proc/base.c, proc_ns_get_link of
    // fs/proc/namespaces.c). At a second try its directory is gone.
    private static T AskTwice<T>(string path, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (LinuxException failure) when (failure.Error == Errno.EACCES && path.StartsWith("/proc/", StringComparison.Ordinal))
        {
            return ask();
        }
    }
}
