namespace Lethe.Evidence.Proof;

/// <summary>What a table says about one run: <c>clean</c>, or how much survived and where.</summary>
internal static class CellText
{
    // Below this part of a cell's bytes a place is not named by itself; the JSON has them all.
    private const int MinorPart = 50;

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

    // Whether a free page waits on a processor's own list makes no difference to who reads it.
    private static string NameOf(string state) => state switch
    {
        "free" or "free-per-cpu" => "free pages",
        "unknown" => "RAM",
        _ => PageStateText.Of(state),
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
                string name = NameOf(state);
                places[name] = places.GetValueOrDefault(name) + bytes;
            }
        }

        long total = places.Values.Sum();
        return places.Where(place => place.Value > 0 && place.Value * MinorPart >= total)
            .OrderByDescending(place => place.Value)
            .Select(place => $"{ByteSize.Format(place.Value)} {place.Key}");
    }
}
