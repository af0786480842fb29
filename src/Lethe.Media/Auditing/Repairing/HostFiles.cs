using Lethe.Facts;

namespace Lethe.Media.Auditing.Repairing;

/// <summary>
/// The host's files as they are to be: new ones, and changed copies of those that it has. What a file says already stays, so that
/// repairs that are copied over earlier ones take nothing back.
/// </summary>
/// <param name="facts">What the host has.</param>
internal sealed class HostFiles(HostFacts facts)
{
    private const string OutOfUse = "# lethe: ";

    private readonly SortedDictionary<string, string> changed = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> copies = new(StringComparer.Ordinal);

    /// <summary>What is known of the host.</summary>
    public HostFacts Facts => facts;

    /// <summary>The files, by path without the leading slash.</summary>
    public IReadOnlyDictionary<string, string> All => changed;

    /// <summary>Those made from a file that the host has, with that file's path.</summary>
    public IReadOnlyDictionary<string, string> Copies => copies;

    /// <summary>
    /// Whether the host has such a file, it was read whole, and a copy can have its name: one that steers a terminal is left alone.
    /// </summary>
    /// <param name="path">With the leading slash.</param>
    public bool IsKnown(string path) =>
        SafePath.Of(path) == path[1..] && facts.Matching(path).Any(file => file.Text is not null && file.Problem is null);

    /// <summary>Adds lines at the end of a file, those that it has not.</summary>
    /// <param name="path">Without the leading slash.</param>
    /// <param name="title">The comment that a new file begins with.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="section">What stands in brackets above them; null where there are no sections.</param>
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
    /// <param name="from">Where it is, with the leading slash.</param>
    /// <param name="path">Where the changed one goes, without; a stronger place when its own is the distribution's.</param>
    /// <param name="change">What a line is to be; itself when it stays.</param>
    /// <returns>False when no line was another afterwards, or the host's file is not known.</returns>
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

    /// <summary>The line, put out of use.</summary>
    public static string Disabled(string line) => OutOfUse + line;

    // Those below the headings of a section; all where there are none.
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
