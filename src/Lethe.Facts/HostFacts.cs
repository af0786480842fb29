namespace Lethe.Facts;

/// <summary>
/// All that is known of one host: its facts, and where somebody looked for them. So what was looked for and not found is known to be
/// absent, and the rest is unknown. Rules judge nothing else.
/// </summary>
public sealed class HostFacts
{
    private readonly SortedDictionary<string, Fact> facts = new(StringComparer.Ordinal);

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
        foreach (Fact fact in facts) this.facts[fact.Path] = fact;
    }

    /// <summary>What readers call the host.</summary>
    public string Host { get; }

    /// <summary>What the facts are about.</summary>
    public FactScope Scope { get; }

    /// <summary>The patterns that were looked for.</summary>
    public IReadOnlyList<string> Looked { get; }

    /// <summary>The facts, ordered by path.</summary>
    public IReadOnlyCollection<Fact> All => facts.Values;

    /// <summary>Looks for one file or, with <c>/</c> at its end, one directory.</summary>
    public Reading Read(string path)
    {
        if (facts.TryGetValue(path, out Fact? fact)) return Reading.Of(fact);
        for (int end = path.TrimEnd('/').LastIndexOf('/'); end >= 0; end = end == 0 ? -1 : path.LastIndexOf('/', end - 1))
            if (facts.TryGetValue(path[..(end + 1)], out Fact? parent) && parent.Problem is { } problem) return Reading.Unknown(path, problem);
        return Looked.Any(pattern => PathPattern.Matches(pattern, path)) ? Reading.Absent(path) : Reading.Unknown(path, "this was not collected");
    }

    /// <summary>The facts that a pattern means, ordered by path; those that could not be read among them.</summary>
    public IEnumerable<Reading> Matching(string pattern)
    {
        // The facts are ordered, but few enough to be gone through.
        foreach ((string path, Fact fact) in facts)
            if (PathPattern.Matches(pattern, path)) yield return Reading.Of(fact);
    }

    /// <summary>Whether all facts that a pattern means are known: it was looked for, and no directory on the way was closed.</summary>
    /// <param name="pattern">One of those the collector knows.</param>
    /// <param name="problem">What is missing; empty when nothing is.</param>
    public bool IsComplete(string pattern, out string problem)
    {
        problem = "";
        if (!Looked.Contains(pattern)) problem = "this was not collected";
        else if (facts.Values.FirstOrDefault(fact => fact.Problem is not null && Leads(fact.Path, pattern)) is { } closed) problem = $"{closed.Path}: {closed.Problem}";
        return problem.Length == 0;
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
