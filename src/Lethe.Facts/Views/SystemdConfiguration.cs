namespace Lethe.Facts.Views;

/// <summary>
/// A setting of one of systemd's services, from its main file and drop-ins (the part "Configuration directories and precedence" of
/// journald.conf(5)): the strongest main file counts, then drop-ins in the order of their names; the last assignment wins.
/// </summary>
internal static class SystemdConfiguration
{
    // The later the stronger.
    private static readonly string[] Directories = ["/usr/lib/systemd/", "/usr/local/lib/systemd/", "/run/systemd/", "/etc/systemd/"];

    private static string Kind(string service) => $"systemd/{service}.conf.d";

    private static IEnumerable<string> MainFiles(string service) => Directories.Select(directory => $"{directory}{service}.conf");

    /// <summary>What reading a service's settings wants.</summary>
    /// <param name="service">As its file is named, such as <c>journald</c>.</param>
    public static IReadOnlyList<string> Wants(string service) => [.. MainFiles(service), .. DropInFiles.Wants(Kind(service))];

    /// <summary>One setting.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="service">As its file is named.</param>
    /// <param name="section">Without brackets.</param>
    /// <param name="key">The key.</param>
    /// <returns>Without value when nothing sets it, so that the service's own default counts; with a problem when not all is
    /// known.</returns>
    public static Setting Read(HostFacts facts, string service, string section, string key)
    {
        Reading[] files = [.. MainFiles(service).SelectMany(facts.Matching).TakeLast(1), .. DropInFiles.Of(facts, Kind(service))];
        TextLine? found = files.SelectMany(file => Assignments(file, section, key)).Select(line => (TextLine?)line).LastOrDefault();
        string value = found is { } line ? line.Text[(line.Text.IndexOf('=') + 1)..].Trim() : "";
        string? problem = files.FirstOrDefault(file => file.Problem is not null) is { } closed
            ? $"{closed.Source}: {closed.Problem}"
            : null;
        // What was not looked at may say something else; of single files only what they say is asked.
        if (value.Length == 0 || facts.Scope != FactScope.Files) problem ??= Missing(facts, service);
        // An empty assignment takes back what was assigned before.
        return new Setting(
            key,
            value.Length == 0 ? null : value,
            problem,
            found?.Evidence ?? new($"{service}.conf", null, $"{key}= is not set")
        );
    }

    private static string? Missing(HostFacts facts, string service)
    {
        foreach (string pattern in Wants(service))
            if (!facts.IsComplete(pattern, out string problem)) return problem;
        return null;
    }

    private static IEnumerable<TextLine> Assignments(Reading file, string section, string key)
    {
        bool inside = false;
        foreach (TextLine line in file.Lines)
        {
            string text = line.Text.Trim();
            if (text.StartsWith('[')) inside = text == $"[{section}]";
            else if (inside && text.IndexOf('=') is > 0 and var equals && text[..equals].Trim() == key) yield return line;
        }
    }
}
