using Lethe.Linux;

namespace Lethe.Media.PageCache;

/// <summary>
/// The files that a workload reads or writes outside its private places, noted when it closes them, and their page cache
/// dropped at the end.
/// </summary>
internal sealed class UsedFiles : IDisposable
{
    // File systems without a page cache of their own, or whose files are the kernel's or the workload's private ones.
    private static readonly HashSet<string> Passed = ["proc", "sysfs", "tmpfs", "ramfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "mqueue", "hugetlbfs", "securityfs", "debugfs", "tracefs", "bpf", "pstore", "rootfs"];

    private readonly FileWatch watch = new();
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
        // proc_pid_mountinfo(5): the mount point is the fifth word; the type follows a lone hyphen.
        foreach (string line in File.ReadLines($"/proc/{process}/mountinfo"))
        {
            string[] words = line.Split(' ');
            string type = words[Array.IndexOf(words, "-") + 1];
            if (!Passed.Contains(type) && !watch.TryWatch($"/proc/{process}/root{words[4].Replace("\\040", " ", StringComparison.Ordinal)}")) Unwatched.Add(words[4]);
        }

        server.Start();
    }

    /// <summary>Stops noting and drops the page cache of every file noted.</summary>
    /// <returns>Files that could not be dropped.</returns>
    public int Drop()
    {
        watch.Stop();
        if (server.IsAlive) server.Join();
        int left = 0;
        foreach ((string path, bool wrote) in written)
        {
            try
            {
                using Descriptor file = Descriptor.Open(path, FileCalls.O_RDONLY | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY);
                // Only clean pages can be dropped.
                if (wrote) file.Synchronise();
                file.DropCachedPages();
            }
            catch (LinuxException gone) when (gone.Error == Errno.ENOENT)
            {
                // Deleted meanwhile, and its cache with it.
            }
            catch (LinuxException)
            {
                left++;
            }
        }

        return left;
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
        if (File.ResolveLinkTarget($"/proc/self/fd/{file.Number}", returnFinalTarget: false)?.FullName is { } path) written[path] = wrote || written.GetValueOrDefault(path);
    }
}
