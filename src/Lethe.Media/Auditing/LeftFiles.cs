using Lethe.Evidence.Audit;
using Lethe.Facts;

namespace Lethe.Media.Auditing;

/// <summary>Judges directories by what was left in them: open with files, closed when empty.</summary>
/// <param name="Directories">A path or pattern that ends with a slash.</param>
/// <param name="What">What the files are, in the plural.</param>
/// <param name="Repair">What to do with them; null when the summary says enough.</param>
internal sealed record LeftFiles(string Directories, string What, Repair? Repair = null)
{
    private const int Shown = 3;

    /// <summary>Which entries count, by the directory's path and the entry.</summary>
    public Func<string, FactEntry, bool> Counts { get; init; } = (_, _) => true;

    /// <summary>One judgement for each directory; none where there is no such directory.</summary>
    public IEnumerable<Judgement> Of(HostFacts facts)
    {
        Reading[] directories = PathPattern.IsGeneral(Directories) ? [.. facts.Matching(Directories)] : [facts.Read(Directories)];
        foreach (Reading directory in directories.Where(directory => !directory.IsAbsent)) yield return Of(directory).About(directory.Path.TrimEnd('/'));
        if (directories.Length == 0 && facts.Scope != FactScope.Files && !facts.IsComplete(Directories, out string problem)) yield return Judgement.Unknown($"needs the files in {Directories}: {problem}");
    }

    private Judgement Of(Reading directory)
    {
        FactEntry[] left = [.. directory.Entries.Where(entry => Counts(directory.Path, entry))];
        if (left.Length == 0 && directory.Problem is { } problem) return Judgement.Unknown($"needs the files in {directory.Path}: {problem}");
        if (left.Length == 0) return Judgement.Closed($"there are no {What}", directory.Evidence);
        FactLine[] evidence = [.. left.Take(Shown).Select(entry => new FactLine(directory.Source + entry.Name, null, $"{entry.Bytes} bytes"))];
        if (left.Length > Shown) evidence = [.. evidence, new FactLine(directory.Source, null, $"{left.Length - Shown} more")];
        var open = Judgement.Open($"{What} are kept: {left.Length} in {directory.Path.TrimEnd('/')}", evidence);
        return Repair is null ? open : open.RepairedBy(Repair);
    }
}
