using Lethe.Evidence;

namespace Lethe.Facts;

/// <summary>What looking for one fact came to: its text, its absence, or what keeps it from being known.</summary>
public sealed class Reading
{
    private readonly Fact? fact;
    private IReadOnlyList<TextLine>? lines;

    private Reading(string path, Fact? fact, bool absent, string? problem)
    {
        Path = path;
        this.fact = fact;
        IsAbsent = absent;
        Problem = problem;
    }

    /// <summary>Where it was looked for.</summary>
    public string Path { get; }

    /// <summary>What people call that place.</summary>
    public string Source => fact?.Source ?? Path;

    /// <summary>Known not to be there.</summary>
    public bool IsAbsent { get; }

    /// <summary>Why it is not known, or not whole; null when it is.</summary>
    public string? Problem { get; }

    /// <summary>Neither there nor known to be absent.</summary>
    public bool IsUnknown => !IsAbsent && Text is null && fact?.Entries is null;

    /// <summary>The text; null without one.</summary>
    public string? Text => fact?.Text;

    /// <summary>The text without white space around it; null without one.</summary>
    public string? Value => Text?.Trim();

    /// <summary>The entries of a directory; none without one.</summary>
    public IReadOnlyList<FactEntry> Entries => fact?.Entries ?? [];

    /// <summary>The lines of the text; none without one.</summary>
    public IReadOnlyList<TextLine> Lines =>
        lines ??= Text is null ? [] : [.. Text.Split('\n').Select((text, index) => new TextLine(Source, index + 1, text.TrimEnd('\r')))];

    /// <summary>The text as evidence in one line, cut when it is long; of a directory or of nothing, that it is there or not.</summary>
    public Citation Evidence =>
        new(
            Source,
            null,
            Text is not null ? Short(Text.Trim())
                : fact?.Entries is { } entries ? $"{entries.Count} entries"
                : IsAbsent ? "not there"
                : Problem!
        );

    /// <summary>A fact that is there. One that says nothing at all, which only a bundle of other hands can hold, is unknown.</summary>
    internal static Reading Of(Fact fact) =>
        new(
            fact.Path,
            fact,
            absent: false,
            fact.Problem ?? (fact is { Text: null, Entries: null } ? "it has neither text nor entries" : null)
        );

    /// <summary>Known not to be there.</summary>
    internal static Reading Absent(string path) => new(path, null, absent: true, null);

    /// <summary>Not known.</summary>
    internal static Reading Unknown(string path, string problem) => new(path, null, absent: false, problem);

    private static string Short(string text)
    {
        const int longest = 200;
        string line = text.ReplaceLineEndings(" ");
        return line.Length <= longest ? line : string.Concat(line.AsSpan(0, longest), "…");
    }
}

/// <summary>A line of a fact.</summary>
/// <param name="Source">What people call its source.</param>
/// <param name="Number">From 1.</param>
/// <param name="Text">The line without its end; untrusted.</param>
public readonly record struct TextLine(string Source, int Number, string Text)
{
    /// <summary>The line as evidence.</summary>
    public Citation Evidence => new(Source, Number, Text.Trim());

    /// <summary>The words between white space; none of a line that was looked for and is not there.</summary>
    public string[] Words => (Text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
