namespace Lethe.Scanning.Search;

/// <summary>The matches of one piece of a part, settled while it is read, so that they take bounded memory.</summary>
/// <param name="patterns">What was looked for.</param>
/// <param name="from">Where the piece begins in its part, in bytes; reading began up to the reach before.</param>
/// <param name="reach">The greatest reach of the detectors, in bytes.</param>
/// <param name="kept">How many matches to keep in detail.</param>
internal sealed class PieceMatches(IReadOnlyList<Pattern> patterns, long from, int reach, int kept)
{
    private const int SettleAt = 65536;

    private readonly MatchSettling settling = new(patterns);
    private readonly List<Match> open = [];
    private int settleAt = SettleAt;

    /// <summary>Settled matches inside the piece: the first ones, in order of position.</summary>
    public List<Match> Inside { get; } = [];

    /// <summary>Counts of all settled matches inside the piece.</summary>
    public Dictionary<int, PatternCount> Counts { get; } = [];

    /// <summary>Matches at the piece's borders, which the pieces before and behind may continue.</summary>
    public List<Match> AtBorders { get; } = [];

    /// <summary>Where reading ended in the part, in bytes; of a stream that shows only then.</summary>
    public long End { get; private set; }

    /// <summary>Takes a match.</summary>
    public void Add(Match match)
    {
        // What ends so early was seen, with all that could cover it, when the piece before was read.
        if (from == 0 || match.Position + match.Length > from - reach) open.Add(match);
    }

    /// <summary>Says that windows to come begin less than the reach before this position.</summary>
    public void Passed(long position)
    {
        if (open.Count < settleAt) return;
        Settle(position - reach);
        settleAt = Math.Max(SettleAt, 2 * open.Count);
    }

    /// <summary>Says that the piece is read.</summary>
    /// <param name="end">Where it ends in its part.</param>
    public void Finish(long end)
    {
        End = end;
        Settle(end - reach);
        AtBorders.AddRange(open);
        open.Clear();
    }

    private void Settle(long horizon)
    {
        foreach (Match match in settling.Settle(open, horizon))
        {
            if (from > 0 && match.Position <= from)
            {
                AtBorders.Add(match);
                continue;
            }

            MatchCounting.Count(Counts, patterns, match);
            if (Inside.Count < kept) Inside.Add(match);
        }
    }
}
