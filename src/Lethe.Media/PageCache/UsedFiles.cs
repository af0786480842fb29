using System.Globalization;
using Lethe.Linux;

namespace Lethe.Media.PageCache;

/// <summary>
/// The files that a workload reads or writes outside its private places, noted when it closes them, and their page cache
/// dropped at the end.
/// </summary>
internal sealed class UsedFiles : IDisposable
{
    // File systems without a page cache of their own, or whose files are the kernel's or the workload's private ones.
    private static readonly HashSet<string> Passed =
    [
        "proc",
        "sysfs",
        "tmpfs",
        "ramfs",
        "devtmpfs",
        "devpts",
        "cgroup",
        "cgroup2",
        "mqueue",
        "hugetlbfs",
        "securityfs",
        "debugfs",
        "tracefs",
        "bpf",
        "pstore",
        "rootfs",
    ];

    private readonly FanotifyCloses watch = new();
    private readonly Dictionary<string, bool> written = [];
    private readonly HashSet<(ulong, ulong)> known = [];
    private readonly Thread server;

    /// <summary>Makes it; nothing is noted yet.</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public UsedFiles() => server = new Thread(() =>
    {
        while (watch.Serve(Note))
        {
        }
    })
    { IsBackground = true, Name = "used files" };

    /// <summary>Files noted.</summary>
    public int Count => written.Count;

    /// <summary>Mounts whose files cannot be noted.</summary>
    public List<string> Unwatched { get; } = [];

    /// <summary>Begins to note what a process, and whatever it starts, closes.</summary>
    public void Watch(int process)
    {
        foreach (
            MountedFileSystem mounted in MountedFileSystem
                .Of(process.ToString(CultureInfo.InvariantCulture))
                .Where(mounted => !Passed.Contains(mounted.Type))
        )
        {
            if (!watch.TryWatch($"/proc/{process}/root{mounted.Directory}")) Unwatched.Add(mounted.Directory);
        }

        server.Start();
    }

    /// <summary>Files that could not be dropped.</summary>
    public int Failed { get; private set; }

    /// <summary>Files that it wrote and that are in the cache still, as somebody else uses them.</summary>
    public int WrittenLeft { get; private set; }

    /// <summary>Files that it only read and that are in the cache still, such as libraries that others use.</summary>
    public int ReadLeft { get; private set; }

    /// <summary>Stops noting, drops the page cache of every file noted, and looks whether it went.</summary>
    public void Drop()
    {
        watch.Stop();
        if (server.IsAlive) server.Join();
        foreach ((string path, bool wrote) in written)
        {
            try
            {
                using Descriptor file = Descriptor.Open(path, FileCalls.O_RDONLY | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY);
                // Only clean pages can be dropped.
                if (wrote) file.Synchronise();
                file.DropCachedPages();
                bool left = Mincore.Of(file) > 0;
                if (left && wrote) WrittenLeft++;
                else if (left) ReadLeft++;
            }
            catch (LinuxException gone) when (gone.Error == Errno.ENOENT)
            {
                // Deleted meanwhile, and its cache with it.
            }
            catch (LinuxException)
            {
                Failed++;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (server.IsAlive)
        {
            watch.Stop();
            server.Join();
        }

        watch.Dispose();
    }

    private void Note(Descriptor file, bool wrote)
    {
        FileStatus status = FileStatus.Of(file);
        if (!status.IsRegular || (!known.Add((status.Device, status.Inode)) && !wrote)) return;
        if (File.ResolveLinkTarget($"/proc/self/fd/{file.Number}", returnFinalTarget: false)?.FullName is { } path)
            written[path] = wrote || written.GetValueOrDefault(path);
    }
}
