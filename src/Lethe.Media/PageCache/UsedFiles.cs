using System.Globalization;
using Lethe.Linux;

namespace Lethe.Media.PageCache;

/// <summary>
/// Records the files that a workload reads or writes outside its private places when it closes them. At the end it drops their
/// page cache.
/// </summary>
internal sealed class UsedFiles : IDisposable
{
    // File systems without a page cache of their own, with files of the kernel, or with the workload's private files.
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

    /// <summary>Prepares the recording, which begins with <see cref="Watch"/>.</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public UsedFiles() => server = new Thread(() =>
    {
        while (watch.Serve(Note))
        {
        }
    })
    { IsBackground = true, Name = "used files" };

    /// <summary>How many files are recorded.</summary>
    public int Count => written.Count;

    /// <summary>Mount points at which nothing can be recorded.</summary>
    public List<string> Unwatched { get; } = [];

    /// <summary>Begins to record the files that are closed through the mounts that a process sees.</summary>
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

    /// <summary>How many files' page cache could not be dropped.</summary>
    public int Failed { get; private set; }

    /// <summary>How many files were written and are still in the page cache, as other processes use them.</summary>
    public int WrittenLeft { get; private set; }

    /// <summary>How many files were only read and are still in the page cache, such as libraries that others use.</summary>
    public int ReadLeft { get; private set; }

    /// <summary>Stops recording, drops the page cache of every recorded file, and checks that it is gone.</summary>
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
                // The file was deleted meanwhile, and its page cache with it.
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
