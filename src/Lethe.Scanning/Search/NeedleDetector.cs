namespace Lethe.Scanning.Search;

/// <summary>
/// Finds needles of any number and length in one pass. Of long needles it also finds pieces, when parts are overwritten.
/// </summary>
/// <remarks>
/// Whole needles of up to 4096 bytes are always found, at any alignment and with exact counts, overlapping or not. So are
/// longer needles, with one exception: more than 4096 bytes in a row that repeat after 1, 2 or 4 bytes, or that 16 other places
/// of the needles hold as well. Such needles are found as the pieces around these bytes (<see cref="Unsure"/> has those that
/// may not be found at all). Needles of 15 bytes and more are also found in pieces of at least <see cref="SmallestPiece"/>
/// bytes. A piece is a longest run of bytes in which memory and needle agree. It is found when it covers a kept word of 8 bytes
/// at a position that is a multiple of 16 (8 when some needle has less than 23 bytes). Pieces of 23 bytes do, and pieces of 16
/// bytes at a page's border. Not kept are words that repeat themselves after 1, 2 or 4 bytes, words that one needle holds more
/// than 16 times, and the places of a word beyond 16. Of needles over 4096 bytes, pieces of 64 bytes that cover such a word are
/// found. With very many needles (about 4 million words kept), only longer pieces are sure: <see cref="SurePiece"/>.
/// </remarks>
public sealed class NeedleDetector : IDetector
{
    private const int LongestReach = 4096, LeastReach = 32;

    private readonly ReadOnlyMemory<byte>[] needles;
    private readonly int[][] patternsOf;
    private readonly GramSearch? grams;
    private readonly LiteralSearch? literals;
    private readonly int[] gramNeedles, literalNeedles;

    /// <summary>Prepares a search.</summary>
    /// <param name="wanted">The needles. Several may have the same bytes.</param>
    /// <param name="smallestPiece">Bytes of the shortest piece that is reported, at least 16.</param>
    /// <exception cref="ArgumentException">A needle is empty, only zeros, or more than 4096 bytes that only repeat up to four bytes. Such
    /// needles are found everywhere and prove nothing.</exception>
    public NeedleDetector(IReadOnlyList<Needle> wanted, int smallestPiece = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(smallestPiece, 16);
        SmallestPiece = smallestPiece;
        Patterns = [.. wanted.Select(needle => needle.Pattern)];
        foreach (Needle needle in wanted) Check(needle);
        IGrouping<ByteString, int>[] different =
            [.. Enumerable.Range(0, wanted.Count).GroupBy(index => new ByteString(wanted[index].Bytes))];
        needles = [.. different.Select(group => group.Key.Bytes)];
        patternsOf = [.. different.Select(group => group.ToArray())];

        gramNeedles = [.. Enumerable.Range(0, needles.Length).Where(index => needles[index].Length >= GramSearch.ShortestNeedle)];
        if (gramNeedles.Length > 0) grams = new GramSearch([.. gramNeedles.Select(index => needles[index])], smallestPiece);
        List<int> asLiterals = [.. Enumerable.Range(0, needles.Length).Where(index => needles[index].Length < GramSearch.ShortestNeedle)];
        int reach = LeastReach;
        var unsure = new List<int>();
        for (int gramNeedle = 0; gramNeedle < gramNeedles.Length; gramNeedle++)
        {
            int sure = grams!.SurePiece(gramNeedle), length = needles[gramNeedles[gramNeedle]].Length;
            if (sure <= Math.Min(length, LongestReach)) reach = Math.Max(reach, sure);
            else if (length <= LongestReach) asLiterals.Add(gramNeedles[gramNeedle]);
            else reach = LongestReach;
            if (length > LongestReach && sure == int.MaxValue) unsure.AddRange(patternsOf[gramNeedles[gramNeedle]]);
        }

        Unsure = unsure;
        literalNeedles = [.. asLiterals];
        if (literalNeedles.Length > 0) literals = new LiteralSearch([.. literalNeedles.Select(index => needles[index])]);
        Reach = literalNeedles.Select(index => needles[index].Length).Append(smallestPiece).Append(reach).Max();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Pattern> Patterns { get; }

    /// <inheritdoc/>
    public int Reach { get; }

    /// <summary>
    /// Indices of patterns of more than 4096 bytes that are not found at every alignment, not even whole. They repeat themselves
    /// or other needles throughout: the same line thousands of times, the seventeenth edition of a file.
    /// </summary>
    public IReadOnlyList<int> Unsure { get; }

    /// <summary>Bytes of the shortest piece of a needle that is reported.</summary>
    public int SmallestPiece { get; }

    /// <summary>
    /// Bytes from which pieces of long needles (over 4096 bytes) are sure to be found; 0 without needles of 15 bytes or
    /// more.
    /// </summary>
    public int SurePiece => grams is null ? 0 : Math.Max(SmallestPiece, grams.Plan.LongPiece);

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<byte> window, long offset, MatchList found)
    {
        var noting = new Noting(this, offset, found);
        grams?.Search(window, offset, ref noting);
        literals?.Search(window, 0, window.Length, ref noting);
    }

    private void Note(int needle, long position, int pieceOffset, int length, MatchList found)
    {
        foreach (int pattern in patternsOf[needle]) found.Add(new Match(pattern, position, length, pieceOffset));
    }

    private static void Check(Needle needle)
    {
        ReadOnlySpan<byte> bytes = needle.Bytes.Span;
        if (!bytes.ContainsAnyExcept((byte)0))
            throw new ArgumentException($"{needle.Pattern.Id} is empty or nothing but zeros: it would be found everywhere");
        if (bytes.Length > LongestReach && bytes[4..].SequenceEqual(bytes[..^4]))
            throw new ArgumentException($"{needle.Pattern.Id} is nothing but repetition of up to four bytes: finding it proves nothing");
    }

    private readonly struct Noting(NeedleDetector detector, long windowOffset, MatchList found) : IGramHandler, ILiteralHandler
    {
        public void Found(int needle, int at, int offset, int length) =>
            detector.Note(detector.gramNeedles[needle], windowOffset + at, offset, length, found);

        public void Found(scoped ReadOnlySpan<byte> window, int at, int literal)
        {
            int needle = detector.literalNeedles[literal];
            detector.Note(needle, windowOffset + at, 0, detector.needles[needle].Length, found);
        }
    }
}
