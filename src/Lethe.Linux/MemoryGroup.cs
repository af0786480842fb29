using System.Globalization;
using Lethe.Linux.Text;

namespace Lethe.Linux;

/// <summary>Counts the out-of-memory kills in the cgroup that accounts for a process's memory (cgroups(7)).</summary>
internal sealed class MemoryGroup
{
    private readonly string? events;
    private readonly long before;

    private MemoryGroup(string? events) => (this.events, before) = (events, Read(events));

    /// <summary>Finds the group that a process is in; kills are counted from now on.</summary>
    public static MemoryGroup Of(int process) => new(FindEvents(process));

    /// <summary>How many of its processes were killed since then because the group had no memory left; 0 once the group is gone.</summary>
    public long OutOfMemoryKills() => Math.Max(0, Read(events) - before);

    // memory.events of version 2, memory.oom_control of version 1: a line "oom_kill N" (Linux 4.13).
    private static long Read(string? file)
    {
        string[] lines = file is null ? [] : VanishingFiles.TryReadLines(file) ?? [];
        string? line = lines.FirstOrDefault(text => text.StartsWith("oom_kill ", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line["oom_kill ".Length..], CultureInfo.InvariantCulture);
    }

    private static string? FindEvents(int process)
    {
        ControlGroupMembership[] groups = [.. ControlGroupMembership.All(VanishingFiles.TryReadText($"/proc/{process}/cgroup") ?? "")];
        IEnumerable<string> first = groups.Where(group => group.HasMemory)
            .Select(group => Path.Join(ControlGroupMembership.MemoryRoot, group.Path, "memory.oom_control"));
        IEnumerable<string> second = groups.Where(group => group.IsSecond)
            .SelectMany(group => ControlGroupMembership.SecondRoots.Select(root => Path.Join(root, group.Path, "memory.events")));
        return first.Concat(second).FirstOrDefault(File.Exists);
    }
}
