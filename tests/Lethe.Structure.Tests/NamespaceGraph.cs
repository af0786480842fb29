using System.Text.RegularExpressions;

namespace Lethe.Tests.Structure;

/// <summary>
/// Which namespaces use which others, drawn from source text: a name counts where the compiler could mean that type by it.
/// </summary>
internal sealed class NamespaceGraph
{
    private readonly SortedDictionary<string, SortedDictionary<string, string>> edges = new(StringComparer.Ordinal);

    /// <summary>Draws the graph of some files.</summary>
    public NamespaceGraph(IReadOnlyList<SourceFile> files)
    {
        ILookup<string, string> homes = files
            .SelectMany(file => file.Types.Select(type => (type, file.Namespace)))
            .Distinct()
            .ToLookup(pair => pair.type, pair => pair.Namespace);
        foreach (SourceFile file in files)
        {
            SortedDictionary<string, string> used = edges.TryGetValue(file.Namespace, out SortedDictionary<string, string>? known)
                ? known
                : edges[file.Namespace] = new(StringComparer.Ordinal);
            foreach (string name in file.Names.Where(homes.Contains))
            {
                if (HomeOf(name, file, homes[name]) is { } home && home != file.Namespace)
                    used.TryAdd(home, $"{Path.GetFileName(file.Path)} uses {name}");
            }
        }
    }

    /// <summary>One line for each arrow: from, to, and the first place that needs it.</summary>
    public IEnumerable<string> Arrows => edges.SelectMany(from => from.Value.Select(to => $"{from.Key} -> {to.Key} ({to.Value})"));

    /// <summary>The arrows of namespaces that reach each other; empty when there is no cycle.</summary>
    public IReadOnlyList<string> Knots()
    {
        Dictionary<string, HashSet<string>> reached = edges.Keys.ToDictionary(name => name, Reach);
        return
        [
            .. edges.SelectMany(from =>
                from.Value.Where(to => reached.TryGetValue(to.Key, out HashSet<string>? back) && back.Contains(from.Key))
                    .Select(to => $"{from.Key} -> {to.Key} ({to.Value})")
            ),
        ];
    }

    private HashSet<string> Reach(string start)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([start]);
        while (open.TryPop(out string? next))
        {
            if (!edges.TryGetValue(next, out SortedDictionary<string, string>? used)) continue;
            foreach (string to in used.Keys.Where(reached.Add)) open.Push(to);
        }

        return reached;
    }

    // The nearest wins: the own namespace, those around it, what is imported, and a name with its namespace before it.
    private static string? HomeOf(string name, SourceFile file, IEnumerable<string> homes) => homes
        .Where(home =>
            file.Namespace == home
            || file.Namespace.StartsWith(home + ".", StringComparison.Ordinal)
            || file.Imports.Contains(home)
            || Regex.IsMatch(file.Code, $@"\b{home.Split('.')[^1]}\.{name}\b"))
        .OrderByDescending(home => file.Namespace == home).ThenByDescending(home => home.Length).FirstOrDefault();
}
