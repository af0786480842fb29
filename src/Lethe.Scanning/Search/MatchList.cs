namespace Lethe.Scanning.Search;

/// <summary>Receives the matches of one thread. It grows as needed; the caller of the search clears it after each window.</summary>
public sealed class MatchList
{
    private readonly List<Match> matches = [];
    private readonly List<(long Position, long Bytes, string Why)> skipped = [];

    /// <summary>The matches since it was last cleared.</summary>
    public IReadOnlyList<Match> Matches => matches;

    /// <summary>The ranges not searched since it was last cleared, with positions counted like the window's offset.</summary>
    public IReadOnlyList<(long Position, long Bytes, string Why)> Skipped => skipped;

    /// <summary>Notes a match.</summary>
    public void Add(Match match) => matches.Add(match);

    /// <summary>Notes bytes that could not be searched. They count as unread.</summary>
    /// <param name="position">Position of the first one, counted like the window's offset.</param>
    /// <param name="bytes">How many bytes.</param>
    /// <param name="why">The reason, for people, without the place.</param>
    public void Skip(long position, long bytes, string why) => skipped.Add((position, bytes, why));

    /// <summary>Drops everything noted.</summary>
    public void Clear()
    {
        matches.Clear();
        skipped.Clear();
    }
}
