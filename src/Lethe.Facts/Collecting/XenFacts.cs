using Lethe.Linux;

namespace Lethe.Facts.Collecting;

/// <summary>
/// <c>xen:info</c>: what <c>xl info</c> prints in a domain that controls the host, the lines that rules judge; nothing elsewhere.
/// </summary>
internal sealed class XenFacts : ISpecialFacts
{
    private const string Name = "xen:info";
    private static readonly string[] Kept = ["xen_version", "xen_commandline", "free_memory"];

    public IEnumerable<Fact> Collect(IReadOnlyList<string> patterns)
    {
        if (!patterns.Contains(Name) || ShownText.Of("/proc/xen/capabilities")?.Contains("control_d", StringComparison.Ordinal) is not true)
            yield break;
        string? tool = ((string[])["/usr/sbin/xl", "/usr/bin/xl", "/run/current-system/sw/bin/xl"]).FirstOrDefault(File.Exists);
        yield return tool is null ? new Fact(Name, Problem: "xl is not installed", Source: "xl info") : Asked(tool);
    }

    private static Fact Asked(string tool)
    {
        try
        {
            return new Fact(
                Name,
                string.Join(
                    '\n',
                    Command.Run(tool, "info").Split('\n').Where(line => Kept.Any(kept => line.StartsWith(kept, StringComparison.Ordinal)))
                ),
                Source: "xl info"
            );
        }
        catch (Exception failure) when (failure is IOException or LinuxException)
        {
            return new Fact(Name, Problem: "xl info failed; run as root", Source: "xl info");
        }
    }
}
