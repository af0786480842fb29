using Lethe.Facts;

namespace Lethe.Media.Auditing.Repairing;

/// <summary>
/// The host's files after the repairs: new ones, and changed copies of those that it has. What a file already has stays. So repairs
/// that are copied over earlier ones undo nothing.
/// </summary>
/// <param name="facts">The host's facts.</param>
internal sealed class HostFiles(HostFacts facts)
{
    private const string OutOfUse = "# lethe: ";

    private readonly SortedDictionary<string, string> changed = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> copies = new(StringComparer.Ordinal);

    /// <summary>The host's facts.</summary>
    public HostFacts Facts => facts;

    /// <summary>The files' content, by path without the leading slash.</summary>
    public IReadOnlyDictionary<string, string> All => changed;

    /// <summary>The files that were made from one of the host, and the path of that one.</summary>
    public IReadOnlyDictionary<string, string> Copies => copies;

    /// <summary>
    /// Whether the host has such a file, all of it was read, and a copy can have its name. A name that steers a terminal cannot be used.
    /// </summary>
    /// <param name="path">With the leading slash.</param>
    public bool IsKnown(string path) =>
        SafePath.Of(path) == path[1..] && facts.Matching(path).Any(file => file.Text is not null && file.Problem is null);

    /// <summary>Adds the lines that a file does not have yet, at its end.</summary>
    /// <param name="path">Without the leading slash.</param>
    /// <param name="title">The comment that a new file begins with.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="section">The section's name, which goes in brackets above them; null where there are no sections.</param>
    public void Add(string path, string title, IEnumerable<string> lines, string? section = null)
    {
        string text = Current(path) ?? $"# {title}\n# Written by lethe audit --fix.\n";
        HashSet<string> there = LinesOf(text, section);
        string[] missing = [.. lines.Where(there.Add)];
        if (missing.Length == 0) return;
        if (section is not null) missing = [$"[{section}]", .. missing];
        if (IsKnown("/" + path)) copies[path] = "/" + path;
        changed[path] = $"{text}{(text.Length > 0 && !text.EndsWith('\n') ? "\n" : "")}{string.Join('\n', missing)}\n";
    }

    /// <summary>Changes the lines of a file.</summary>
    /// <param name="from">The file's path, with the leading slash.</param>
    /// <param name="path">The copy's path, without it. Where the file is the distribution's, this is a place that overrides it.</param>
    /// <param name="change">Returns a line's new text; the same text when it stays.</param>
    /// <returns>False when no line changed, or the host's file is not known.</returns>
    public bool Change(string from, string path, Func<string, string> change)
    {
        if (!IsKnown(from)) return false;
        string text = changed.GetValueOrDefault(path) ?? facts.Read(from).Text!;
        string result = string.Join('\n', text.Split('\n').Select(change));
        if (result == text) return false;
        copies[path] = from;
        changed[path] = result;
        return true;
    }

    /// <summary>The line as a comment that says that lethe disabled it.</summary>
    public static string Disabled(string line) => OutOfUse + line;

    // The lines below the headings of a section; all lines where there are no sections.
    private static HashSet<string> LinesOf(string text, string? section)
    {
        var lines = new HashSet<string>(StringComparer.Ordinal);
        string? current = null;
        foreach (string line in text.Split('\n'))
        {
            if (section is not null && line.TrimStart().StartsWith('[')) current = line.Trim().Trim('[', ']');
            else if (current == section) lines.Add(line);
        }

        return lines;
    }

    private string? Current(string path) => changed.GetValueOrDefault(path) ?? (IsKnown("/" + path) ? facts.Read("/" + path).Text : null);
}
