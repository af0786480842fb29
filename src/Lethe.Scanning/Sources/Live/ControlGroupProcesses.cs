using System.Globalization;
using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Scanning.Sources.Live;

/// <summary>Finds the processes of a control group (cgroups(7)).</summary>
internal static class ControlGroupProcesses
{
    private const string List = "cgroup.procs";

    private static readonly string[] Roots = [.. ControlGroupMembership.SecondRoots, ControlGroupMembership.MemoryRoot];

    /// <summary>The processes of a group and of all groups below it, each once.</summary>
    /// <param name="name">The source as the user named it, for errors.</param>
    /// <param name="path">The group's directory, or its path below the root as in /proc/PID/cgroup.</param>
    /// <param name="defects">Receives what could not be listed.</param>
    /// <exception cref="SourceException">There is no such group.</exception>
    public static IReadOnlyCollection<int> Of(string name, string path, List<string> defects)
    {
        string? group = Roots
            .Select(root => Path.Join(root, path))
            .Prepend(path)
            .FirstOrDefault(directory => File.Exists(Path.Combine(directory, List)));
        if (group is null)
            throw new SourceException(
                $"{name}: there is no such control group",
                "give its path as /proc/PID/cgroup has it, or below /sys/fs/cgroup"
            );
        var processes = new SortedSet<int>();
        foreach (string directory in VanishingFiles.DirectoriesBelow(group).Prepend(group))
        {
            string list = Path.Combine(directory, List);
            // A name that is not UTF-8 cannot be used to open the group.
            if (directory.Contains('\ufffd')) defects.Add($"{list}: its name is not UTF-8");
            try
            {
                // A group that is gone has no processes: only an empty group can be removed (cgroup_destroy_locked of
                // kernel/cgroup/cgroup.c).
                foreach (string line in VanishingFiles.TryReadLines(list) ?? [])
                {
                    if (!int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int process)) continue;
                    if (process == 0) defects.Add($"{list}: a process outside this namespace");
                    else processes.Add(process);
                }
            }
            catch (LinuxException failure)
            {
                // A threaded group has no list of its own (EOPNOTSUPP).
                defects.Add($"{list}: {failure.Message}");
            }
        }

        return processes;
    }
}
