namespace Lethe.Scanning.Search;

/// <summary>Takes the matches of one thread. Grows as needed; whoever runs the search empties it after each window.</summary>
public sealed class MatchList
{
    private readonly List<Match> matches = [];
    private readonly List<(long Position, long Bytes, string Why)> skipped = [];

    /// <summary>What was found since it was emptied.</summary>
    public IReadOnlyList<Match> Matches => matches;

    /// <summary>What was not searched since it was emptied.</summary>
    public IReadOnlyList<(long Position, long Bytes, string Why)> Skipped => skipped;

    /// <summary>Notes a match.</summary>
    public void Add(Match match) => matches.Add(match);

    /// <summary>Notes bytes that could not be searched: they count as unread.</summary>
    /// <param name="position">As the window's offset counts.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="why">For people, without the place.</param>
    public void Skip(long position, long bytes, string why) => skipped.Add((position, bytes, why));

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        matches.Clear();
        skipped.Clear();
    }
}
