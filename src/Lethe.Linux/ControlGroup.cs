using System.Globalization;
using Lethe.Linux.Text;

namespace Lethe.Linux;

/// <summary>
/// A cgroup for one workload's memory (cgroups(7)): of version 2 where that has the memory controller, otherwise of version 1.
/// </summary>
internal sealed class ControlGroup : IDisposable
{
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private readonly string directory;
    private readonly bool second;

    private ControlGroup(string directory, bool second) => (this.directory, this.second) = (directory, second);

    /// <summary>The setting that keeps the group out of swap: a file's name and its value.</summary>
    public string SwapSeal => SealOf(second);

    /// <summary>
    /// The setting that would keep a group of <see cref="TryCreate"/> out of swap. This only reads, so the kernel may still refuse later.
    /// </summary>
    /// <returns>Null where <see cref="TryCreate"/> would create no group.</returns>
    public static string? ExpectedSwapSeal() =>
        Parents().Where(place => CanHold(place.Parent, place.Second)).Select(place => SealOf(place.Second)).FirstOrDefault();

    /// <summary>Creates a group beside, or below, that of this process.</summary>
    /// <returns>Null where this user may not create one, or this machine has no memory controller.</returns>
    public static ControlGroup? TryCreate(string name)
    {
        foreach ((string parent, bool second) in Parents())
        {
            try
            {
                if (second && !Controllers(Path.Combine(parent, "cgroup.subtree_control")).Contains("memory"))
                    File.WriteAllText(Path.Combine(parent, "cgroup.subtree_control"), "+memory");
                RemoveLeftovers(parent, name[..(name.IndexOf('-') + 1)]);
                string directory = Path.Combine(parent, name);
                Directory.CreateDirectory(directory);
                if (File.Exists(Path.Combine(directory, second ? "memory.swap.max" : "memory.swappiness")))
                    return new ControlGroup(directory, second);
                Directory.Delete(directory);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // Try the next place.
            }
        }

        return null;
    }

    /// <summary>Keeps the group's memory out of swap and zswap.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    public void ForbidSwap()
    {
        if (!second)
        {
            Write("memory.swappiness", "0");
            return;
        }

        Write("memory.swap.max", "0");
        if (File.Exists(Path.Combine(directory, "memory.zswap.max"))) Write("memory.zswap.max", "0");
    }

    /// <summary>Limits the group's memory, so that the group runs out before the machine does.</summary>
    /// <param name="bytes">The limit, in bytes.</param>
    /// <exception cref="IOException">The kernel refused.</exception>
    public void LimitMemory(long bytes) =>
        Write(second ? "memory.max" : "memory.limit_in_bytes", bytes.ToString(CultureInfo.InvariantCulture));

    /// <summary>Moves a process into the group.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    public void Add(int process) => Write("cgroup.procs", process.ToString(CultureInfo.InvariantCulture));

    /// <summary>Bytes the group has in swap; 0 in version 1, which does not count them separately.</summary>
    /// <returns>Null when the group was removed meanwhile.</returns>
    /// <exception cref="IOException">The kernel refused.</exception>
    public long? SwappedBytes()
    {
        if (!second) return 0;
        string? bytes = VanishingFiles.TryReadText(Path.Combine(directory, "memory.swap.current"));
        return bytes is null ? null : long.Parse(bytes, CultureInfo.InvariantCulture);
    }

    /// <summary>Removes the group, whose last process must have ended.</summary>
    public void Dispose()
    {
        try
        {
            Directory.Delete(directory);
        }
        catch (IOException)
        {
            // A process is still exiting. The group stays behind, soon empty and without effect.
        }
    }

    private static string SealOf(bool second) => second ? "memory.swap.max 0" : "memory.swappiness 0";

    private static bool CanHold(string parent, bool second)
    {
        try
        {
            if (!FileCalls.MayWrite(parent)) return false;
            if (!second) return File.Exists(Path.Combine(parent, "memory.swappiness"));
            string control = Path.Combine(parent, "cgroup.subtree_control");
            if (Controllers(control).Contains("memory")) return true;
            // Documentation/admin-guide/cgroup-v2.rst, "No Internal Process Constraint"; only the true root has no cgroup.type.
            bool isRoot = !File.Exists(Path.Combine(parent, "cgroup.type"));
            if (!isRoot && File.ReadLines(Path.Combine(parent, "cgroup.procs")).Any()) return false;
            return Controllers(Path.Combine(parent, "cgroup.controllers")).Contains("memory") && FileCalls.MayWrite(control);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string[] Controllers(string file) => File.ReadAllText(file).Split();

    // A lethe that was killed leaves an empty group behind. A group that was just created is empty too, so only older ones go.
    private static void RemoveLeftovers(string parent, string prefix)
    {
        foreach (string left in Leftovers(parent, prefix).Where(left => DateTime.UtcNow - Directory.GetLastWriteTimeUtc(left) > Settled))
        {
            try
            {
                Directory.Delete(left);
            }
            catch (IOException)
            {
                // It still has processes.
            }
        }
    }

    private static IEnumerable<string> Leftovers(string parent, string prefix) =>
        (VanishingFiles.TryList(parent) ?? [])
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => Path.Combine(parent, name));

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(directory, file), text);

    // In version 2, a group with processes cannot have controllers for groups below it, except the root. So the parent comes first.
    private static IEnumerable<(string Parent, bool Second)> Parents()
    {
        foreach (ControlGroupMembership group in ControlGroupMembership.All(VanishingFiles.TryReadText("/proc/self/cgroup") ?? ""))
        {
            if (group.IsSecond)
            {
                foreach (string root in ControlGroupMembership.SecondRoots
                    .Where(root => File.Exists(Path.Combine(root, "cgroup.controllers"))))
                {
                    string own = Path.Join(root, group.Path).TrimEnd('/');
                    if (own.Length > root.Length) yield return (Path.GetDirectoryName(own)!, true);
                    yield return (own, true);
                }
            }
            else if (group.HasMemory)
            {
                string own = Path.Join(ControlGroupMembership.MemoryRoot, group.Path).TrimEnd('/');
                // A container sees its own group as the root.
                yield return (Directory.Exists(own) ? own : ControlGroupMembership.MemoryRoot, false);
            }
        }
    }
}
