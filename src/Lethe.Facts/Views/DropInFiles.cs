namespace Lethe.Facts.Views;

/// <summary>
/// The files of a kind of configuration that is spread over directories, such as <c>sysctl.d</c> and <c>tmpfiles.d</c>: a file in a
/// stronger directory takes the place of one of the same name, then they count in the order of their names (sysctl.d(5), tmpfiles.d(5)).
/// </summary>
internal static class DropInFiles
{
    // The later the stronger.
    private static readonly string[] Directories = ["/usr/lib", "/usr/local/lib", "/run", "/etc"];

    /// <summary>What reading them wants.</summary>
    /// <param name="kind">The directories' name, <c>sysctl.d</c>.</param>
    public static IReadOnlyList<string> Wants(string kind) => [.. Directories.Select(directory => $"{directory}/{kind}/*.conf")];

    /// <summary>The files that count, in their order; those that could not be read among them.</summary>
    public static IReadOnlyList<Reading> Of(HostFacts facts, string kind)
    {
        var files = new SortedDictionary<string, Reading>(StringComparer.Ordinal);
        foreach (string pattern in Wants(kind))
            foreach (Reading file in facts.Matching(pattern)) files[NameOf(file.Path)] = file;
        return [.. files.Values];
    }

    /// <summary>Why it is not known what all of them say; null when it is, or when only some files were ever given.</summary>
    public static string? Problem(HostFacts facts, string kind)
    {
        if (facts.Scope == FactScope.Files) return null;
        foreach (string pattern in Wants(kind))
            if (!facts.IsComplete(pattern, out string problem)) return $"{pattern}: {problem}";
        return null;
    }

    /// <summary>The last part of a path.</summary>
    internal static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
