using System.Numerics;
using System.Runtime.Intrinsics;

namespace Lethe.Scanning.Search;

/// <summary>Receives the places of needles and of pieces of them.</summary>
internal interface IGramHandler
{
    /// <summary>Called for each, perhaps more than once.</summary>
    /// <param name="needle">Index of the needle.</param>
    /// <param name="at">Position in the window where the piece begins.</param>
    /// <param name="offset">Offset in the needle where it begins.</param>
    /// <param name="length">Bytes of the piece.</param>
    void Found(int needle, int at, int offset, int length);
}

/// <summary>Finds long needles, and pieces of them, by the aligned words that they cover.</summary>
internal sealed class GramSearch
{
    /// <summary>Bytes of the shortest needle that covers an aligned word at every alignment.</summary>
    public const int ShortestNeedle = 15;

    private const int Batch = 512;

    [ThreadStatic]
    private static Diagonals? followed;

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> needles;
    private readonly GramPlan plan;
    private readonly GramIndex index;
    private readonly GramFilter filter;
    private readonly int smallestPiece;

    /// <param name="needles">The needles, each once, of at least <see cref="ShortestNeedle"/> bytes.</param>
    /// <param name="smallestPiece">Bytes of the shortest piece that is reported. Whole needles are always reported.</param>
    public GramSearch(IReadOnlyList<ReadOnlyMemory<byte>> needles, int smallestPiece)
    {
        this.needles = needles;
        this.smallestPiece = smallestPiece;
        plan = GramPlan.For(needles);
        index = new GramIndex(needles, plan);
        filter = new GramFilter(index, plan.Step);
    }

    public GramPlan Plan => plan;

    /// <summary>
    /// The length in bytes from which every piece of the needle covers a kept gram; <see cref="int.MaxValue"/> when there is no such
    /// length.
    /// </summary>
    public int SurePiece(int needle)
    {
        ReadOnlySpan<byte> bytes = needles[needle].Span;
        var offsets = new List<int>();
        plan.Choose(bytes, offsets);
        int longest = 0, next = 0;
        for (int first = 0; first < plan.Step; first++)
        {
            int last = -1;
            for (; next < offsets.Count && offsets[next] % plan.Step == first; next++)
            {
                int offset = offsets[next];
                if (!index.Find(GramPlan.Read(bytes, offset)).Contains(new(needle, offset))) continue;
                longest = Math.Max(longest, offset - last + GramPlan.GramBytes - 1);
                last = offset;
            }

            if (last < 0) return int.MaxValue;
            longest = Math.Max(longest, bytes.Length - last);
        }

        return longest;
    }

    /// <summary>Reports what a window holds. The handler is not a delegate, as one for each window would be garbage.</summary>
    public void Search<THandler>(ReadOnlySpan<byte> window, long offset, ref THandler handler) where THandler : struct, IGramHandler
    {
        int at = (int)(-offset & (plan.Step - 1));
        Span<int> candidates = stackalloc int[Batch];
        Diagonals diagonals = followed ??= new Diagonals();
        diagonals.Clear();
        int count;
        do
        {
            count = filter.Find(window, ref at, candidates);
            foreach (int candidate in candidates[..count])
            {
                foreach (GramPlace place in index.Find(GramPlan.Read(window, candidate)))
                    Follow(window, candidate, place, diagonals, ref handler);
            }
        }
        while (at + GramPlan.GramBytes <= window.Length);
    }

    private void Follow<THandler>(ReadOnlySpan<byte> window, int position, GramPlace place, Diagonals diagonals, ref THandler handler)
        where THandler : struct, IGramHandler
    {
        long start = (long)position - place.Offset;
        if (diagonals.IsFollowed(place.Needle, start, position)) return;
        ReadOnlySpan<byte> needle = needles[place.Needle].Span;
        int before = CommonSuffix(window[..position], needle[..place.Offset]);
        int length = before + window[position..].CommonPrefixLength(needle[place.Offset..]);
        diagonals.Note(place.Needle, start, position - before, position - before + length);
        if (length >= smallestPiece || length == needle.Length)
            handler.Found(place.Needle, position - before, place.Offset - before, length);
    }

    /// <summary>The length of the longest common suffix of two ranges.</summary>
    internal static int CommonSuffix(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int length = Math.Min(a.Length, b.Length), common = 0;
        a = a[^length..];
        b = b[^length..];
        for (; length - common >= Vector256<byte>.Count; common += Vector256<byte>.Count)
        {
            int at = length - common - Vector256<byte>.Count;
            uint different = ~Vector256.Equals(Vector256.Create(a[at..]), Vector256.Create(b[at..])).ExtractMostSignificantBits();
            if (different != 0) return common + BitOperations.LeadingZeroCount(different);
        }

        while (common < length && a[length - common - 1] == b[length - common - 1]) common++;
        return common;
    }
}
