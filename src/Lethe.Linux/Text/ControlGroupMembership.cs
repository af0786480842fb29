namespace Lethe.Linux.Text;

/// <summary>
/// Which control group a process is in, in one hierarchy: a line of <c>/proc/PID/cgroup</c>, "id:controllers:path" (cgroups(7)).
/// </summary>
/// <param name="Controllers">What the hierarchy controls; none in version 2, which has one hierarchy for all.</param>
/// <param name="Path">The group, from the hierarchy's root on: <c>/system.slice/ssh.service</c> for example.</param>
internal sealed record ControlGroupMembership(IReadOnlyList<string> Controllers, string Path)
{
    /// <summary>Where version 1 has its groups with memory, when it is mounted where it usually is.</summary>
    public const string MemoryRoot = "/sys/fs/cgroup/memory";

    /// <summary>Where version 2 is, alone or beside version 1.</summary>
    public static IReadOnlyList<string> SecondRoots { get; } = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

    /// <summary>Whether it is version 2's.</summary>
    public bool IsSecond => Controllers.Count == 0;

    /// <summary>Whether it is version 1's with the memory controller.</summary>
    public bool HasMemory => Controllers.Contains("memory");

    /// <summary>Reads all lines of a text; what is not such a line is passed over.</summary>
    public static IEnumerable<ControlGroupMembership> All(string text) => text.Split('\n').Select(Parse).OfType<ControlGroupMembership>();

    /// <summary>Reads one line.</summary>
    /// <returns>Null for what is not one.</returns>
    public static ControlGroupMembership? Parse(string line)
    {
        // A path may have colons itself.
        string[] parts = line.Split(':', 3);
        return parts is [var id, var controllers, ['/', ..] path] && id.Length > 0 && id.All(char.IsAsciiDigit)
            ? new ControlGroupMembership(controllers.Length == 0 ? [] : controllers.Split(','), path)
            : null;
    }
}
