using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>Settings of sysctl(8). Of a running host what is in effect; of a file system at rest what its files will set.</summary>
internal static class SystemSettings
{
    private const string Kind = "sysctl.d", OldFile = "/etc/sysctl.conf";

    /// <summary>What configured settings are read from.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. DropInFiles.Wants(Kind), OldFile];

    /// <summary>What reading these settings wants.</summary>
    /// <param name="names">As <c>vm.swappiness</c>.</param>
    public static IReadOnlyList<string> Wants(params ReadOnlySpan<string> names) => [.. Files, .. names.ToArray().Select(PathOf)];

    /// <summary>One setting.</summary>
    /// <returns>Its value and where it stands; no value when a file system at rest leaves it to the kernel, a problem when it is not
    /// known.</returns>
    public static Setting Read(HostFacts facts, string name)
    {
        if (facts.Scope != FactScope.Host) return Configured(facts, name);
        Reading effective = facts.Read(PathOf(name));
        return new Setting(name, effective.Value, effective.IsUnknown ? effective.Problem : null, effective.Evidence);
    }

    /// <summary>Every line that sets it, in the order in which they are applied, so that the last one counts.</summary>
    public static IEnumerable<(Reading File, TextLine Line, string Value)> Lines(HostFacts facts, string name)
    {
        foreach (Reading file in InOrder(facts))
            foreach (TextLine line in file.Lines)
                if (Value(line.Text, name) is { } value) yield return (file, line, value);
    }

    private static Setting Configured(HostFacts facts, string name)
    {
        string? problem = DropInFiles.Problem(facts, Kind)
            ?? facts.Matching(OldFile).FirstOrDefault(file => file.Problem is not null)?.Problem;
        var found = new Setting(name, null, problem, new(name, null, problem ?? "not set"));
        foreach ((_, TextLine line, string value) in Lines(facts, name)) found = found with { Value = value, Evidence = line.Evidence };
        // What could not be read may say something else.
        return problem is null ? found : found with { Value = null };
    }

    // procps reads the old file last; where a link makes it one of the others, as on Debian, systemd reads it in that one's place.
    private static IEnumerable<Reading> InOrder(HostFacts facts)
    {
        IReadOnlyList<Reading> files = DropInFiles.Of(facts, Kind);
        return
            facts.Matching(OldFile).FirstOrDefault() is { } old
            && !files.Any(file => DropInFiles.NameOf(file.Path) == "99-sysctl.conf" && file.Text == old.Text)
            ? files.Append(old)
            : files;
    }

    private static string PathOf(string name) => "/proc/sys/" + name.Replace('.', '/');

    // "name = value"; a minus before it means that failing is no matter; slashes do for dots.
    private static string? Value(string line, string name)
    {
        int equals = line.IndexOf('=');
        if (equals < 0 || line.AsSpan().TrimStart() is ['#' or ';', ..]) return null;
        ReadOnlySpan<char> found = line.AsSpan(0, equals).Trim();
        if (found is ['-', ..]) found = found[1..].TrimStart();
        if (found.Length != name.Length) return null;
        for (int index = 0; index < name.Length; index++)
            if ((found[index] == '/' ? '.' : found[index]) != name[index]) return null;
        return line[(equals + 1)..].Trim();
    }
}

/// <summary>A setting of sysctl(8), or of a file of /sys.</summary>
/// <param name="Name">As <c>vm.swappiness</c>.</param>
/// <param name="Value">Null when nothing sets it, or it is not known.</param>
/// <param name="Problem">Why it is not known; null when it is.</param>
/// <param name="Evidence">Where it stands.</param>
internal sealed record Setting(string Name, string? Value, string? Problem, Citation Evidence);
