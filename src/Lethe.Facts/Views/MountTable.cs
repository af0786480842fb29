using Lethe.Evidence;
using Lethe.Linux.Text;

namespace Lethe.Facts.Views;

/// <summary>
/// What is mounted where. Of a running host as the kernel tells the process that collected (<c>/proc/self/mountinfo</c>,
/// proc_pid_mountinfo(5)); of a file system at rest what fstab(5) will mount.
/// </summary>
internal sealed class MountTable
{
    private const string Running = "/proc/self/mountinfo", Configured = "/etc/fstab";

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = [Running, Configured];

    /// <summary>Reads it out of facts.</summary>
    public static MountTable Of(HostFacts facts)
    {
        Reading table = facts.Read(facts.Scope == FactScope.Host ? Running : Configured);
        Func<TextLine, Mount?> read = facts.Scope == FactScope.Host ? OfRunning : OfConfigured;
        return new MountTable
        {
            Problem = table.IsUnknown ? $"{table.Source}: {table.Problem}" : null,
            All = [.. table.Lines.Select(read).OfType<Mount>()],
        };
    }

    /// <summary>Why it is not known; null when it is.</summary>
    public string? Problem { get; private init; }

    /// <summary>All mounts, in the order of the table: of two at one point the later is the one that is seen.</summary>
    public IReadOnlyList<Mount> All { get; private init; } = [];

    /// <summary>The mounts that are seen: the last at each point.</summary>
    public IEnumerable<Mount> Seen => All.GroupBy(mount => mount.Point, StringComparer.Ordinal).Select(point => point.Last());

    /// <summary>The mount that a path is on.</summary>
    /// <param name="path">Absolute and without links.</param>
    /// <returns>Null when no mount of the table holds it.</returns>
    public Mount? Holding(string path) =>
        All.Where(mount => path == mount.Point || path.StartsWith(mount.Point.TrimEnd('/') + "/", StringComparison.Ordinal))
            .Aggregate((Mount?)null, (best, mount) => best?.Point.Length > mount.Point.Length ? best : mount);

    // "36 35 98:0 /root /point rw,noatime master:1 - ext4 /dev/sda1 rw,errors=continue": any number of fields before the dash.
    private static Mount? OfRunning(TextLine line)
    {
        string[] words = line.Words;
        int dash = Array.IndexOf(words, "-");
        if (dash < 6 || words.Length < dash + 3) return null;
        string[] options = [.. words[5].Split(','), .. words.Length > dash + 3 ? words[dash + 3].Split(',') : []];
        return new Mount(
            OctalEscapes.Undo(words[4]),
            words[dash + 1],
            OctalEscapes.Undo(words[dash + 2]),
            words[2],
            OctalEscapes.Undo(words[3]),
            [.. options.Distinct()],
            line.Evidence
        );
    }

    private static Mount? OfConfigured(TextLine line) =>
        line.Words is [var source, var point, var type, .. var rest] && source[0] != '#' && point[0] == '/'
            ? new Mount(
                OctalEscapes.Undo(point),
                type,
                OctalEscapes.Undo(source),
                null,
                "/",
                rest.Length > 0 ? rest[0].Split(',') : [],
                line.Evidence
            )
            : null;
}

/// <summary>A mounted file system.</summary>
/// <param name="Point">Where; untrusted.</param>
/// <param name="Type">Of the file system, as <c>ext4</c>.</param>
/// <param name="Source">What is mounted, as whoever mounted it wrote it: often a device's path; untrusted.</param>
/// <param name="Number">The device's number, as <c>254:0</c>; some file systems have one of their own (major 0). Null when it is only
/// configured.</param>
/// <param name="Root">The directory of the file system that is seen there.</param>
/// <param name="Options">Of the mount and of the file system.</param>
/// <param name="Evidence">The line.</param>
internal sealed record Mount(
    string Point,
    string Type,
    string Source,
    string? Number,
    string Root,
    IReadOnlyList<string> Options,
    Citation Evidence
)
{
    /// <summary>An option's value: empty for one without value, null for one that is not set.</summary>
    public string? Option(string name)
    {
        foreach (string option in Options)
        {
            if (option == name) return "";
            if (option.StartsWith(name + "=", StringComparison.Ordinal)) return option[(name.Length + 1)..];
        }

        return null;
    }
}
