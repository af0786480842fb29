using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Facts.Collecting;

/// <summary>
/// <c>process:NAME/*</c>: what processes of that name (<c>/proc/PID/comm</c>, at most 15 characters) say of their memory in
/// <c>/proc/PID/status</c>, and how much swap their control group allows (<c>SwapMax</c>, the least of all groups above). Nothing of any
/// other process.
/// </summary>
internal sealed class ProcessFacts : ISpecialFacts
{
    private const string Scheme = "process:";
    private static readonly string[] Kept = ["Name:", "Uid:", "VmLck:", "VmRSS:", "VmSwap:"];

    public IEnumerable<Fact> Collect(IReadOnlyList<string> patterns)
    {
        HashSet<string> names =
        [
            .. patterns.Where(pattern => pattern.EndsWith("/*", StringComparison.Ordinal)).Select(pattern => pattern[Scheme.Length..^2]),
        ];
        if (RunningProcesses.AreHidden)
            foreach (string name in names)
                yield return new Fact($"{Scheme}{name}/others", Problem: "other users' processes are hidden; run as root");
        foreach (int process in RunningProcesses.All())
        {
            string? name = ShownText.Of($"/proc/{process}/comm")?.TrimEnd('\n');
            if (name is null || !names.Contains(name) || ShownText.Of($"/proc/{process}/status") is not { } status) continue;
            IEnumerable<string> lines = status.Split('\n').Where(line => Kept.Any(kept => line.StartsWith(kept, StringComparison.Ordinal)));
            if (SwapLimit(process) is { } limit) lines = lines.Append($"SwapMax:\t{limit}");
            yield return new Fact($"{Scheme}{name}/{process}", string.Join('\n', lines), Source: $"/proc/{process}/status");
        }
    }

    // memory.swap.max of cgroup v2; a limit of a group is one of all below it.
    private static string? SwapLimit(int process)
    {
        const string mount = "/sys/fs/cgroup";
        string? group = ControlGroupMembership
            .All(ShownText.Of($"/proc/{process}/cgroup") ?? "")
            .FirstOrDefault(group => group.IsSecond)
            ?.Path;
        if (group is null || group.Contains("..", StringComparison.Ordinal)) return null;
        string? least = null;
        for (string path = group.TrimEnd('/'); path.Length > 0; path = path[..path.LastIndexOf('/')])
        {
            string? limit = ShownText.Of($"{mount}{path}/memory.swap.max")?.Trim();
            if (limit == "0") return limit;
            least ??= limit;
        }

        return least;
    }
}
