namespace Lethe.Scanning.Search;

/// <summary>
/// Shows the stretches of a piece to detectors: block by block, without zero pages, with the bytes before and after each border.
/// </summary>
internal sealed class PieceSearch
{
    private const int PageSize = 4096;

    // Bytes of the widest letter. A match that ends less than this before the end of a window may continue behind it.
    private const int Letter = 2;

    // An array, because the enumerator of any other list would be garbage for each window.
    private readonly (IDetector Detector, int FirstPattern)[] detectors;
    private readonly int blockBytes, reach;
    private readonly MatchList found = new();

    /// <summary>Matches at the end of the last stretch. They count if nothing follows it.</summary>
    private readonly List<Match> atEnd = [];

    /// <summary>The last bytes before the next stretch, at most the reach, with room for as many bytes of that stretch.</summary>
    private readonly byte[] border;
    private int borderLength;
    private long borderEnd = -1;

    // Offset in the part where reading began. Another piece shows the bytes before it.
    private long cutAt;

    /// <summary>What lies beyond a border of a window.</summary>
    private enum Beyond
    {
        /// <summary>No bytes.</summary>
        Nothing,

        /// <summary>Bytes that another window shows together with the border.</summary>
        More,

        /// <summary>The end of the stretch. Another stretch may follow.</summary>
        NextStretch,
    }

    /// <param name="detectors">The detectors.</param>
    /// <param name="blockBytes">Bytes of a block, a multiple of the page size.</param>
    public PieceSearch(IReadOnlyList<IDetector> detectors, int blockBytes)
    {
        this.detectors = new (IDetector, int)[detectors.Count];
        int firstPattern = 0;
        for (int index = 0; index < detectors.Count; index++)
        {
            this.detectors[index] = (detectors[index], firstPattern);
            firstPattern += detectors[index].Patterns.Count;
        }

        this.blockBytes = blockBytes;
        reach = Scanner.ReachOf(detectors);
        border = new byte[2 * reach];
    }

    /// <summary>Begins a piece: drops what is left of the one before.</summary>
    /// <param name="from">Offset in the part where reading begins, in bytes. Bytes before it are shown with the piece before.</param>
    public void Begin(long from)
    {
        borderEnd = -1;
        cutAt = from;
        atEnd.Clear();
    }

    /// <summary>Called after the last stretch of the piece.</summary>
    /// <param name="matches">Receives matches, with offsets in the part.</param>
    /// <param name="goesOn">Whether bytes follow that the next piece shows together with the end of this one.</param>
    public void End(PieceMatches matches, bool goesOn)
    {
        if (!goesOn) foreach (Match match in atEnd) matches.Add(match);
        atEnd.Clear();
    }

    /// <summary>Searches a stretch.</summary>
    /// <param name="bytes">The stretch.</param>
    /// <param name="at">Its offset in the part.</param>
    /// <param name="skew">Is added to offsets for detectors, so that positions have the alignment of addresses.</param>
    /// <param name="matches">Receives matches, with offsets in the part.</param>
    /// <param name="skipped">Receives ranges that a detector could not search: offset in the part, bytes, reason.</param>
    public void Search(ReadOnlySpan<byte> bytes, long at, int skew, PieceMatches matches, Action<long, long, string> skipped)
    {
        if (bytes.IsEmpty) return;
        End(matches, goesOn: borderEnd == at);
        if (borderEnd != at) borderLength = 0;
        JoinBorder(bytes, at, skew, matches, skipped);
        for (int position = NextData(bytes, 0, at + skew); position < bytes.Length;)
        {
            int end = EndOfBlock(bytes, position, at + skew), next = NextData(bytes, end, at + skew);
            foreach ((IDetector detector, int firstPattern) in detectors)
            {
                // What follows a block is shown with the next block, unless that begins behind zero pages.
                int start = Math.Max(0, position - detector.Reach), stop = next == end ? end : Math.Min(bytes.Length, end + detector.Reach);
                Beyond before = start > 0 || borderLength > 0 || (at == cutAt && at > 0) ? Beyond.More : Beyond.Nothing;
                Beyond behind = stop < bytes.Length ? Beyond.More : Beyond.NextStretch;
                Show(detector, firstPattern, bytes[start..stop], at + start, skew, matches, skipped, before, behind);
            }

            matches.Passed(at + end);
            position = next;
        }

        KeepBorder(bytes);
        borderEnd = at + bytes.Length;
    }

    private void Show(
        IDetector detector, int firstPattern, ReadOnlySpan<byte> window, long at, int skew, PieceMatches matches,
        Action<long, long, string> skipped, Beyond before, Beyond behind)
    {
        found.Clear();
        detector.Search(window, at + skew, found);
        foreach (Match seen in found.Matches)
        {
            Match match = seen with { Pattern = seen.Pattern + firstPattern, Position = seen.Position - skew };
            // A longer match is whole in no other window.
            bool elsewhere = detector.MindsNeighbours && match.Length <= detector.Reach - Letter - 1;
            bool touchesStart = match.Position - at < Letter, touchesEnd = at + window.Length - (match.Position + match.Length) < Letter;
            if (elsewhere && ((touchesStart && before == Beyond.More) || (touchesEnd && behind == Beyond.More))) continue;
            if (elsewhere && touchesEnd && behind == Beyond.NextStretch) atEnd.Add(match);
            else matches.Add(match);
        }

        foreach ((long position, long bytes, string why) in found.Skipped) skipped(position - skew, bytes, why);
    }

    /// <summary>Shows the end of the bytes before together with the beginning of this stretch.</summary>
    private void JoinBorder(ReadOnlySpan<byte> bytes, long at, int skew, PieceMatches matches, Action<long, long, string> skipped)
    {
        if (borderLength == 0) return;
        int ahead = Math.Min(reach, bytes.Length);
        bytes[..ahead].CopyTo(border.AsSpan(borderLength));
        ReadOnlySpan<byte> window = border.AsSpan(0, borderLength + ahead);
        if (ZeroBytes.Fill(window)) return;
        foreach ((IDetector detector, int firstPattern) in detectors)
        {
            int before = Math.Min(borderLength, detector.Reach), behind = Math.Min(ahead, detector.Reach);
            Show(
                detector, firstPattern, window[(borderLength - before)..(borderLength + behind)], at - before, skew, matches, skipped,
                before < borderLength || borderLength == reach ? Beyond.More : Beyond.Nothing,
                behind < bytes.Length ? Beyond.More : Beyond.NextStretch);
        }
    }

    private void KeepBorder(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= reach)
        {
            bytes[^reach..].CopyTo(border);
            borderLength = reach;
            return;
        }

        int before = Math.Min(borderLength, reach - bytes.Length);
        border.AsSpan(borderLength - before, before).CopyTo(border);
        bytes.CopyTo(border.AsSpan(before));
        borderLength = before + bytes.Length;
    }

    /// <summary>The first page from here on that is not all zero; the end of the stretch when there is none.</summary>
    private static int NextData(ReadOnlySpan<byte> bytes, int from, long address)
    {
        while (from < bytes.Length)
        {
            int end = EndOfPage(bytes, from, address);
            if (!ZeroBytes.Fill(bytes[from..end])) return from;
            from = end;
        }

        return from;
    }

    /// <summary>The end of a block that begins here, at most the end of the stretch.</summary>
    private int EndOfBlock(ReadOnlySpan<byte> bytes, int from, long address)
    {
        return (int)Math.Min(bytes.Length, EndOfPage(bytes, from, address) + (long)blockBytes - PageSize);
    }

    private static int EndOfPage(ReadOnlySpan<byte> bytes, int from, long address) =>
        (int)Math.Min(bytes.Length, from + PageSize - ((address + from) & (PageSize - 1)));
}
