using Lethe.Evidence;
using Lethe.Facts;

namespace Lethe.Media.Auditing;

/// <summary>Judges directories by what was left in them: open if they have files, closed if they have none.</summary>
/// <param name="Directories">A path that ends with a slash; or a pattern, whose directories are judged together.</param>
/// <param name="What">What the files are, in the plural.</param>
/// <param name="Repair">What to do with them.</param>
internal sealed record LeftFiles(string Directories, string What, Repair Repair)
{
    private const int Shown = 3;

    /// <summary>Which entries count.</summary>
    public Func<FactEntry, bool> Counts { get; init; } = _ => true;

    /// <summary>At most one judgement; none where there is no such directory.</summary>
    public IEnumerable<Judgement> Of(HostFacts facts)
    {
        Reading[] directories = PathPattern.IsGeneral(Directories) ? [.. facts.Matching(Directories)] : [facts.Read(Directories)];
        (Reading Directory, FactEntry Entry)[] left =
        [
            .. directories.SelectMany(directory => directory.Entries.Where(Counts).Select(entry => (directory, entry))),
        ];
        string? problem = directories.FirstOrDefault(directory => directory.Problem is not null)?.Problem;
        if (problem is null && PathPattern.IsGeneral(Directories) && !facts.IsComplete(Directories, out string missing)) problem = missing;
        Judgement? judgement =
            left.Length > 0 ? Judgement.Open($"{What} are kept: {left.Length} in {Subject}", Evidence(left)).RepairedBy(Repair)
            : problem is not null ? Judgement.Unknown($"needs the files in {Directories}: {problem}")
            : directories.FirstOrDefault(directory => !directory.IsAbsent) is { } empty
                ? Judgement.Closed($"there are no {What}", empty.Evidence)
            : null;
        if (judgement is not null) yield return judgement.About(Subject);
    }

    // The part of a pattern before its first asterisk.
    private string Subject => (Directories.IndexOf('*') is >= 0 and var star ? Directories[..star] : Directories).TrimEnd('/');

    private static Citation[] Evidence((Reading Directory, FactEntry Entry)[] left)
    {
        Citation[] shown =
        [
            .. left.Take(Shown).Select(one => new Citation(one.Directory.Source + one.Entry.Name, null, $"{one.Entry.Bytes} bytes")),
        ];
        return left.Length > Shown
            ? [.. shown, new Citation(left[Shown].Directory.Source, null, $"and {left.Length - Shown} more")]
            : shown;
    }
}
