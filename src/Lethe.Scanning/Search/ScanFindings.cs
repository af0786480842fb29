using Lethe.Scanning.Sources;

namespace Lethe.Scanning.Search;

/// <summary>Joins the findings of pieces in the order of the pieces, whatever order they were read in.</summary>
/// <param name="patterns">The patterns that are looked for.</param>
/// <param name="reach">The greatest reach of the detectors, in bytes.</param>
/// <param name="kept">How many matches to keep in detail.</param>
internal sealed class ScanFindings(IReadOnlyList<Pattern> patterns, int reach, int kept)
{
    private const int KeptRanges = 10_000, KeptNotes = 1000;

    private readonly Lock gate = new();
    private readonly Dictionary<long, (Piece Piece, PieceMatches Matches)> waiting = [];
    private readonly Dictionary<int, PatternCount> counts = [];
    private readonly List<Hit> hits = [];
    private readonly List<MissedRange> unread = [];
    private readonly List<(Part Part, long Offset)> notes = [];
    private List<Match> atBorder = [];
    private MatchSettling settling = new(patterns);
    private Piece? last;
    private long next, unreadBytes;

    /// <summary>How many more matches will be kept in detail. A piece need not keep more.</summary>
    public int Wanted
    {
        get
        {
            lock (gate) return kept - hits.Count;
        }
    }

    /// <summary>Notes bytes that could not be read.</summary>
    public void Miss(Part? part, long offset, long bytes, string why)
    {
        lock (gate)
        {
            // Several detectors or overlapping windows may skip the same bytes. They are one range.
            if (unread.Count > 0 && unread[^1] is var before && ReferenceEquals(before.Part, part) && before.Why == why
                && offset >= before.Offset && offset <= before.Offset + before.Bytes)
            {
                long more = Math.Max(0, offset + bytes - before.Offset - before.Bytes);
                unread[^1] = before with { Bytes = before.Bytes + more };
                unreadBytes = Sum(unreadBytes, more);
                return;
            }

            unreadBytes = Sum(unreadBytes, bytes);
            if (unread.Count < KeptRanges) unread.Add(new(part, offset, bytes, why));
        }
    }

    /// <summary>Notes a page that begins like a kernel's note.</summary>
    public void NoteKernel(Part part, long offset)
    {
        lock (gate)
            if (notes.Count < KeptNotes) notes.Add((part, offset));
    }

    /// <summary>Receives the matches of a piece that was read.</summary>
    /// <returns>How many pieces could be settled now.</returns>
    public int Take(Piece piece, PieceMatches matches)
    {
        lock (gate)
        {
            waiting.Add(piece.Number, (piece, matches));
            int settled = 0;
            for (; waiting.Remove(next, out (Piece Piece, PieceMatches Matches) first); next++, settled++)
                Settle(first.Piece, first.Matches);
            return settled;
        }
    }

    /// <summary>Ends the scan and makes its result.</summary>
    /// <param name="bytesRead">Bytes read.</param>
    public ScanResult Finish(long bytesRead)
    {
        lock (gate)
        {
            SettleBorder(long.MaxValue);
            hits.Sort((a, b) =>
            {
                int order = a.PartNumber.CompareTo(b.PartNumber);
                if (order == 0) order = a.Match.Position.CompareTo(b.Match.Position);
                return order != 0 ? order : a.Match.Pattern.CompareTo(b.Match.Pattern);
            });
            return new ScanResult
            {
                Patterns = patterns,
                Hits = hits,
                Matches = counts.Values.Sum(count => count.Matches),
                Counts = counts,
                Unread = [.. unread.OrderBy(range => range.Part?.Offset ?? long.MaxValue).ThenBy(range => range.Offset)],
                UnreadBytes = unreadBytes,
                BytesRead = bytesRead,
                KernelNotes = notes,
            };
        }
    }

    // A false image may claim that more bytes are missing than a number can hold.
    private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;

    private void Settle(Piece piece, PieceMatches matches)
    {
        if (last is not null && last.PartNumber != piece.PartNumber) SettleBorder(long.MaxValue);
        last = piece;
        atBorder.AddRange(matches.AtBorders);
        // Matches at the end come later, so that the first matches of the source are those that are kept.
        SettleBorder(matches.End - reach);
        MatchCounting.Add(counts, matches.Counts);
        foreach (Match match in matches.Inside) Keep(match);
    }

    private void SettleBorder(long horizon)
    {
        foreach (Match match in settling.Settle(atBorder, horizon))
        {
            MatchCounting.Count(counts, patterns, match);
            Keep(match);
        }

        if (horizon != long.MaxValue) return;
        atBorder = [];
        settling = new MatchSettling(patterns);
    }

    private void Keep(Match match)
    {
        if (hits.Count < kept) hits.Add(new Hit(last!.Part, last.PartNumber, match));
    }
}
