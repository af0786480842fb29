namespace Lethe.Facts;

/// <summary>
/// All that is known of one host: its facts, and where somebody looked for them. So what was looked for and not found is known to be
/// absent, and the rest is unknown. Rules judge nothing else. One thread at a time may ask.
/// </summary>
public sealed class HostFacts
{
    // Ordered by path, so that those of one directory stand together.
    private readonly string[] paths;
    private readonly Reading[] readings;
    private readonly Fact[] incomplete;
    private readonly HashSet<string> lookedFor;
    private readonly string[] general;
    private readonly Dictionary<Type, object> views = [];

    /// <summary>Facts of a host.</summary>
    /// <param name="host">What readers call it.</param>
    /// <param name="scope">What the facts are about.</param>
    /// <param name="looked">The patterns (<see cref="PathPattern"/>) that were looked for.</param>
    /// <param name="facts">What was found; of two at the same path the later counts.</param>
    public HostFacts(string host, FactScope scope, IReadOnlyList<string> looked, IEnumerable<Fact> facts)
    {
        Host = host;
        Scope = scope;
        Looked = looked;
        var byPath = new Dictionary<string, Fact>(StringComparer.Ordinal);
        foreach (Fact fact in facts) byPath[fact.Path] = fact;
        paths = [.. byPath.Keys.Order(StringComparer.Ordinal)];
        All = [.. paths.Select(path => byPath[path])];
        readings = [.. All.Select(Reading.Of)];
        incomplete = [.. All.Where(fact => fact.Problem is not null)];
        lookedFor = new HashSet<string>(looked, StringComparer.Ordinal);
        general = [.. lookedFor.Where(PathPattern.IsGeneral)];
    }

    /// <summary>What readers call the host.</summary>
    public string Host { get; }

    /// <summary>What the facts are about.</summary>
    public FactScope Scope { get; }

    /// <summary>The patterns that were looked for.</summary>
    public IReadOnlyList<string> Looked { get; }

    /// <summary>The facts, ordered by path.</summary>
    public IReadOnlyList<Fact> All { get; }

    /// <summary>Told of each path and pattern that somebody asks for, so that tests see whether it is among those wanted.</summary>
    public Action<string>? Asked { get; init; }

    /// <summary>Looks for one file or, with <c>/</c> at its end, one directory.</summary>
    public Reading Read(string path)
    {
        Asked?.Invoke(path);
        int place = Array.BinarySearch(paths, path, StringComparer.Ordinal);
        if (place >= 0) return readings[place];
        if (ClosedAbove(path) is { } problem) return Reading.Unknown(path, problem);
        return lookedFor.Contains(path) || general.Any(pattern => PathPattern.Matches(pattern, path))
            ? Reading.Absent(path)
            : Reading.Unknown(path, "this was not collected");
    }

    /// <summary>The facts that a pattern means, ordered by path; those that could not be read among them.</summary>
    public IEnumerable<Reading> Matching(string pattern)
    {
        Asked?.Invoke(pattern);
        string beginning = PathPattern.Beginning(pattern);
        int place = Array.BinarySearch(paths, beginning, StringComparer.Ordinal);
        var found = new List<Reading>();
        for (
            place = place < 0 ? ~place : place;
            place < paths.Length && paths[place].StartsWith(beginning, StringComparison.Ordinal);
            place++
        )
            if (PathPattern.Matches(pattern, paths[place])) found.Add(readings[place]);
        return found;
    }

    /// <summary>Whether all facts that a pattern means are known: it was looked for, and no directory on the way was closed.</summary>
    /// <param name="pattern">One of those the collector knows.</param>
    /// <param name="problem">What is missing; empty when nothing is.</param>
    public bool IsComplete(string pattern, out string problem)
    {
        Asked?.Invoke(pattern);
        problem = "";
        if (!lookedFor.Contains(pattern)) problem = "this was not collected";
        else if (incomplete.FirstOrDefault(fact => Leads(fact.Path, pattern)) is { } closed) problem = $"{closed.Path}: {closed.Problem}";
        return problem.Length == 0;
    }

    /// <summary>What is missing of the facts that several patterns mean; null when nothing is.</summary>
    public string? Missing(IEnumerable<string> patterns)
    {
        foreach (string pattern in patterns)
            if (!IsComplete(pattern, out string problem)) return $"{pattern} ({problem})";
        return null;
    }

    /// <summary>A typed reading of these facts, which is made once however many rules ask for it.</summary>
    internal T View<T>(Func<HostFacts, T> read) where T : class
    {
        if (Asked is null && views.TryGetValue(typeof(T), out object? known)) return (T)known;
        T view = read(this);
        views[typeof(T)] = view;
        return view;
    }

    // Why a directory above a path could not be listed, or not wholly; null when all were.
    private string? ClosedAbove(string path)
    {
        if (incomplete.Length == 0) return null;
        for (int end = path.AsSpan().TrimEnd('/').LastIndexOf('/'); end >= 0; end = end == 0 ? -1 : path.LastIndexOf('/', end - 1))
            if (
                Array.BinarySearch(paths, path[..(end + 1)], StringComparer.Ordinal) is >= 0 and var place
                && All[place].Problem is { } problem
            )
                return problem;
        return null;
    }

    // A directory that could not be listed, on the way to what the pattern means; or a file of those meant.
    private static bool Leads(string path, string pattern)
    {
        if (PathPattern.Matches(pattern, path)) return true;
        if (!path.EndsWith('/')) return false;
        int parts = path.Count('/');
        string[] wanted = pattern.Split('/');
        return parts < wanted.Length && PathPattern.Matches(string.Join('/', wanted[..parts]) + "/", path);
    }
}
