using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>
/// Settings that are files of /sys. Of a running host what is in effect; of a file system at rest what tmpfiles.d(5) will write to them.
/// </summary>
internal static class KernelFiles
{
    private const string Kind = "tmpfiles.d";

    /// <summary>What reading these files wants.</summary>
    /// <param name="paths">Below <c>/sys</c>.</param>
    public static IReadOnlyList<string> Wants(params ReadOnlySpan<string> paths) => [.. DropInFiles.Wants(Kind), .. paths];

    /// <summary>One file.</summary>
    /// <returns>Its value and where it stands; no value when a file system at rest leaves it to the kernel, a problem when it is not
    /// known.</returns>
    public static Setting Read(HostFacts facts, string path)
    {
        if (facts.Scope == FactScope.Host)
        {
            Reading effective = facts.Read(path);
            return new Setting(path, effective.Value, effective.IsUnknown ? effective.Problem : null, effective.Evidence);
        }

        string? problem = DropInFiles.Problem(facts, Kind);
        if (problem is not null) return new Setting(path, null, problem, new Citation(path, null, problem));
        foreach ((_, TextLine line, string value) in Lines(facts, path)) return new Setting(path, value, null, line.Evidence);
        return new Setting(path, null, null, new Citation(path, null, "not set"));
    }

    /// <summary>Every line that writes to it, in order; of several the first counts, and the others are errors (tmpfiles.d(5)).</summary>
    public static IEnumerable<(Reading File, TextLine Line, string Value)> Lines(HostFacts facts, string path)
    {
        foreach (Reading file in DropInFiles.Of(facts, Kind))
        {
            foreach (TextLine line in file.Lines)
            {
                // Type, path, mode, user, group, age, argument: the argument is the rest of the line.
                string[] fields = line.Text.Split((char[]?)null, 7, StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length == 7 && fields[0] is ['w', ..] && fields[1].Trim('"', '\'') == path)
                    yield return (file, line, fields[6].Trim().Replace("%%", "%", StringComparison.Ordinal));
            }
        }
    }
}
