namespace Lethe.Scanning.Search;

/// <summary>The matches of one piece of a part. They are settled while it is read, so they take bounded memory.</summary>
/// <param name="patterns">The patterns that are looked for.</param>
/// <param name="from">Offset in the part where the piece begins, in bytes. Reading began earlier, by up to the reach.</param>
/// <param name="reach">The greatest reach of the detectors, in bytes.</param>
/// <param name="kept">How many matches to keep in detail.</param>
internal sealed class PieceMatches(IReadOnlyList<Pattern> patterns, long from, int reach, int kept)
{
    private const int SettleAt = 65536;

    private readonly MatchSettling settling = new(patterns);
    private readonly List<Match> open = [];
    private int settleAt = SettleAt;

    /// <summary>The first settled matches inside the piece, in order of position.</summary>
    public List<Match> Inside { get; } = [];

    /// <summary>Counts of all settled matches inside the piece.</summary>
    public Dictionary<int, PatternCount> Counts { get; } = [];

    /// <summary>Matches at the piece's borders. The pieces before and after may continue them.</summary>
    public List<Match> AtBorders { get; } = [];

    /// <summary>Offset in the part where reading ended, in bytes. For a stream it is known only then.</summary>
    public long End { get; private set; }

    public void Add(Match match)
    {
        // A match that ends this early was seen with the piece before, and with everything that could cover it.
        if (from == 0 || match.Position + match.Length > from - reach) open.Add(match);
    }

    /// <summary>Called when windows to come begin less than the reach before this position.</summary>
    public void Passed(long position)
    {
        if (open.Count < settleAt) return;
        Settle(position - reach);
        settleAt = Math.Max(SettleAt, 2 * open.Count);
    }

    /// <summary>Called when the piece has been read.</summary>
    /// <param name="end">Offset in the part where it ends, in bytes.</param>
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
