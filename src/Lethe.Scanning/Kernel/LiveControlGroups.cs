using Lethe.Linux;

namespace Lethe.Scanning.Kernel;

/// <summary>The control groups that pages of this machine are charged to (<c>/proc/kpagecgroup</c>).</summary>
internal sealed class LiveControlGroups : IDisposable
{
    private const int MostGroups = 1 << 16;

    private readonly PerPageFile? file;
    private Dictionary<ulong, string>? paths;

    /// <summary>Opens the list. If the kernel does not have it, no page has a group.</summary>
    public LiveControlGroups()
    {
        try
        {
            file = new PerPageFile("/proc/kpagecgroup");
        }
        catch (LinuxException)
        {
            // No CONFIG_MEMCG.
        }
    }

    /// <returns>For example <c>cgroup /system.slice/x.service</c>; null when the page is charged to no group, to the root, or to a group
    /// that was removed.</returns>
    public string? Describe(long frame)
    {
        ulong inode = 0;
        if (file is null || file.Read(frame, new Span<ulong>(ref inode)) != 1 || inode == 0) return null;
        paths ??= ReadPaths();
        return paths.TryGetValue(inode, out string? path) ? $"cgroup {path}" : null;
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();

    /// <summary>Paths by inode number of all groups but the root, in the hierarchy that has the memory controller.</summary>
    private static Dictionary<ulong, string> ReadPaths()
    {
        var paths = new Dictionary<ulong, string>();
        if (MemoryHierarchy() is not { } root) return paths;
        foreach (string directory in VanishingFiles.DirectoriesBelow(root).Take(MostGroups))
        {
            using Descriptor? open = VanishingFiles.TryOpen(directory, FileCalls.O_PATH);
            if (open is not null) paths[FileStatus.Of(open).Inode] = directory[root.Length..];
        }

        return paths;
    }

    /// <summary>
    /// Where version 1 with the memory controller is mounted, else version 2 (proc_pid_mountinfo(5): fields after the dash are type,
    /// source, options).
    /// </summary>
    private static string? MemoryHierarchy()
    {
        string? second = null;
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            int dash = line.IndexOf(" - ", StringComparison.Ordinal);
            if (dash < 0) continue;
            string[] mount = line[..dash].Split(' '), system = line[(dash + 3)..].Split(' ');
            if (system[0] == "cgroup" && system[^1].Split(',').Contains("memory")) return mount[4];
            if (system[0] == "cgroup2") second ??= mount[4];
        }

        return second;
    }
}
