namespace Lethe.Evidence.Proof;

/// <summary>What a table says about one run: <c>clean</c>, or how much survived and where.</summary>
public static class CellText
{
    // Below this part of a cell's bytes a place is not named by itself; the JSON has them all.
    private const int MinorPart = 50;

    private static readonly Dictionary<string, string> StateNames = new()
    {
        ["free"] = "free pages",
        ["free-per-cpu"] = "free pages",
        ["anonymous"] = "process memory",
        ["page-cache"] = "page cache",
        ["shmem"] = "shared memory",
        ["slab"] = "kernel objects",
        ["hugetlb"] = "huge page pool",
        ["page-table"] = "page tables",
        ["reserved"] = "reserved pages",
        ["other"] = "kernel pages",
        ["unknown"] = "RAM",
    };

    /// <summary>The text where a route was left out.</summary>
    public const string LeftOut = "-";

    /// <summary>The text for one run.</summary>
    public static string Of(RouteRun run) => run.Verdict switch
    {
        Verdict.Clean => "clean",
        Verdict.Residue => string.Join(", ", Places(run)),
        Verdict.Inconclusive => run.LostMachine ? "machine lost" : "inconclusive",
        _ => run.Refused ? "refused" : "unsupported",
    };

    private static IEnumerable<string> Places(RouteRun run)
    {
        var places = new Dictionary<string, long>();
        foreach (Residue residue in run.Residue.Where(residue => residue.Bytes > 0))
        {
            if (residue.States is null)
            {
                places[$"on {residue.Where.Replace('-', ' ')}"] = residue.Bytes;
                continue;
            }

            foreach ((string state, long bytes) in residue.States)
            {
                string name = StateNames.GetValueOrDefault(state, state);
                places[name] = places.GetValueOrDefault(name) + bytes;
            }
        }

        long total = places.Values.Sum();
        return places.Where(place => place.Value > 0 && place.Value * MinorPart >= total)
            .OrderByDescending(place => place.Value)
            .Select(place => $"{ByteSize.Format(place.Value)} {place.Key}");
    }
}
