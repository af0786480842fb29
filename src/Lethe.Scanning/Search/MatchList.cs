namespace Lethe.Scanning.Search;

/// <summary>Takes the matches of one thread. Grows as needed; whoever runs the search empties it after each window.</summary>
public sealed class MatchList
{
    private readonly List<Match> matches = [];

    /// <summary>What was found since it was emptied.</summary>
    public IReadOnlyList<Match> Matches => matches;

    /// <summary>Notes a match.</summary>
    public void Add(Match match) => matches.Add(match);

    /// <summary>Forgets all.</summary>
    public void Clear() => matches.Clear();
}
