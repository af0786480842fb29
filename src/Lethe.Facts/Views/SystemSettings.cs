namespace Lethe.Facts.Views;

/// <summary>Settings of sysctl(8). Of a running host what is in effect; of a file system at rest what its files will set.</summary>
public static class SystemSettings
{
    /// <summary>What configured settings are read from, the later the stronger (sysctl.d(5)).</summary>
    public static IReadOnlyList<string> Files { get; } =
        ["/usr/lib/sysctl.d/*.conf", "/usr/local/lib/sysctl.d/*.conf", "/etc/sysctl.d/*.conf", "/etc/sysctl.conf", "/run/sysctl.d/*.conf"];

    /// <summary>What reading these settings wants.</summary>
    /// <param name="names">As <c>vm.swappiness</c>.</param>
    public static IReadOnlyList<string> Wants(params ReadOnlySpan<string> names) => [.. Files, .. names.ToArray().Select(PathOf)];

    /// <summary>One setting.</summary>
    /// <returns>Its value and where it stands; no value when a file system at rest leaves it to the kernel, a problem when it is not known.</returns>
    public static Setting Read(HostFacts facts, string name)
    {
        if (facts.Scope == FactScope.Host)
        {
            Reading effective = facts.Read(PathOf(name));
            return new Setting(name, effective.Value, effective.IsUnknown ? effective.Problem : null, effective.Evidence);
        }

        // A file of the same name in a stronger directory takes the other's place; then files count in the order of their names.
        var files = new SortedDictionary<string, Reading>(StringComparer.Ordinal);
        foreach (string pattern in (string[])[Files[0], Files[1], Files[4], Files[2]])
            foreach (Reading file in facts.Matching(pattern)) files[file.Path[(file.Path.LastIndexOf('/') + 1)..]] = file;
        var found = new Setting(name, null, null, new(name, null, "not set"));
        foreach (Reading file in files.Values.Concat(facts.Matching(Files[3])))
            foreach (TextLine line in file.Lines)
                if (Value(line.Text, name) is { } value) found = found with { Value = value, Evidence = line.Evidence };
        return found;
    }

    private static string PathOf(string name) => "/proc/sys/" + name.Replace('.', '/');

    // "name = value"; a minus before it means that failing is no matter; slashes do for dots.
    private static string? Value(string line, string name)
    {
        int equals = line.IndexOf('=');
        if (equals < 0 || line.TrimStart().StartsWith('#') || line.TrimStart().StartsWith(';')) return null;
        string found = line[..equals].Trim().TrimStart('-').Replace('/', '.');
        return found == name ? line[(equals + 1)..].Trim() : null;
    }
}

/// <summary>A setting of sysctl(8).</summary>
/// <param name="Name">As <c>vm.swappiness</c>.</param>
/// <param name="Value">Null when nothing sets it, or it is not known.</param>
/// <param name="Problem">Why it is not known; null when it is.</param>
/// <param name="Evidence">Where it stands.</param>
public sealed record Setting(string Name, string? Value, string? Problem, Lethe.Evidence.Audit.FactLine Evidence);
