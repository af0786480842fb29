namespace Lethe.Linux.Text;

/// <summary>
/// Which control group a process is in, in one hierarchy: a line of <c>/proc/PID/cgroup</c>, "id:controllers:path" (cgroups(7)).
/// </summary>
/// <param name="Controllers">What the hierarchy controls; none in version 2, which has one hierarchy for all.</param>
/// <param name="Path">The group, from the hierarchy's root on: <c>/system.slice/ssh.service</c> for example.</param>
internal sealed record ControlGroupMembership(IReadOnlyList<string> Controllers, string Path)
{
    /// <summary>The usual root of version 1's groups with the memory controller.</summary>
    public const string MemoryRoot = "/sys/fs/cgroup/memory";

    /// <summary>The usual roots of version 2: alone, and beside version 1.</summary>
    public static IReadOnlyList<string> SecondRoots { get; } = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

    /// <summary>Whether the hierarchy is of version 2.</summary>
    public bool IsSecond => Controllers.Count == 0;

    /// <summary>Whether the hierarchy is of version 1 and has the memory controller.</summary>
    public bool HasMemory => Controllers.Contains("memory");

    /// <summary>Reads all lines of a text; lines of another form are skipped.</summary>
    public static IEnumerable<ControlGroupMembership> All(string text) => text.Split('\n').Select(Parse).OfType<ControlGroupMembership>();

    /// <summary>Reads one line.</summary>
    /// <returns>Null for a line of another form.</returns>
    public static ControlGroupMembership? Parse(string line)
    {
        // A path may have colons itself.
        string[] parts = line.Split(':', 3);
        return parts is [var id, var controllers, ['/', ..] path] && id.Length > 0 && id.All(char.IsAsciiDigit)
            ? new ControlGroupMembership(controllers.Length == 0 ? [] : controllers.Split(','), path)
            : null;
    }
}
