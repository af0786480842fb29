using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lethe.Scanning.Secrets;

/// <summary>Takes the places of anchors.</summary>
internal interface IAnchorHandler
{
    /// <summary>Called once for each place and anchor.</summary>
    void Found(scoped ReadOnlySpan<byte> window, int at, Anchor anchor);
}

/// <summary>
/// Finds many short literals in one pass. The four rarest bytes in a row of each literal are its gram; 32 places at a time are
/// filtered by the nibbles of grams in eight groups (the method of Hyperscan's Teddy, Wang et al., NSDI 2019), then a hash table
/// tells the gram, then all bytes of the literal are compared.
/// </summary>
internal sealed class AnchorSearch
{
    private const int TableBits = 12;

    private readonly AnchorBuckets buckets;
    private readonly Entry[] entries;
    private readonly short[] byGram = new short[1 << TableBits];

    private readonly record struct Entry(uint Gram, int Offset, Anchor Anchor, short Next);

    public AnchorSearch(IReadOnlyList<Anchor> anchors)
    {
        if (anchors.Count > short.MaxValue) throw new ArgumentException($"{anchors.Count} anchors, more than {short.MaxValue}", nameof(anchors));
        Array.Fill(byGram, (short)-1);
        entries = new Entry[anchors.Count];
        for (short index = 0; index < entries.Length; index++)
        {
            byte[] literal = anchors[index].Literal;
            int offset = RarestGram(literal);
            uint gram = BinaryPrimitives.ReadUInt32LittleEndian(literal.AsSpan(offset));
            ref short head = ref byGram[Hash(gram)];
            entries[index] = new(gram, offset, anchors[index], head);
            head = index;
        }
        buckets = new(entries.Select(entry => entry.Gram));
    }

    /// <summary>Reports the anchors whose rarest bytes begin at <paramref name="from"/> or after, and before <paramref name="to"/>.</summary>
    public void Search<THandler>(scoped ReadOnlySpan<byte> window, int from, int to, ref THandler handler) where THandler : struct, IAnchorHandler, allows ref struct
    {
        int at = from;
        if (Avx2.IsSupported) at = SearchVectors(window, at, Math.Min(to, window.Length - 35), ref handler);
        for (to = Math.Min(to, window.Length - 3); at < to; at++)
        {
            if (MayBegin(window, at)) Verify(window, at, ref handler);
        }
    }

    private int SearchVectors<THandler>(scoped ReadOnlySpan<byte> window, int at, int end, ref THandler handler) where THandler : struct, IAnchorHandler, allows ref struct
    {
        ref byte start = ref MemoryMarshal.GetReference(window);
        Vector256<byte> low0 = Twice(buckets.Low[0]), low1 = Twice(buckets.Low[1]), low2 = Twice(buckets.Low[2]), low3 = Twice(buckets.Low[3]);
        Vector256<byte> high0 = Twice(buckets.High[0]), high1 = Twice(buckets.High[1]), high2 = Twice(buckets.High[2]), high3 = Twice(buckets.High[3]);
        for (; at < end; at += 32)
        {
            Vector256<byte> groups = Allowed(ref start, at, low0, high0) & Allowed(ref start, at + 1, low1, high1)
                & Allowed(ref start, at + 2, low2, high2) & Allowed(ref start, at + 3, low3, high3);
            if (groups == Vector256<byte>.Zero) continue;
            uint places = ~Vector256.ExtractMostSignificantBits(Vector256.Equals(groups, Vector256<byte>.Zero));
            for (; places != 0; places &= places - 1) Verify(window, at + BitOperations.TrailingZeroCount(places), ref handler);
        }
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Allowed(ref byte start, int at, Vector256<byte> low, Vector256<byte> high)
    {
        Vector256<byte> bytes = Vector256.LoadUnsafe(ref start, (nuint)at), nibble = Vector256.Create((byte)0x0f);
        return Avx2.Shuffle(low, bytes & nibble) & Avx2.Shuffle(high, (bytes.AsUInt16() >> 4).AsByte() & nibble);
    }

    private bool MayBegin(ReadOnlySpan<byte> window, int at)
    {
        int groups = 0xff;
        for (int place = 0; place < 4; place++) groups &= buckets.Low[place][window[at + place] & 15] & buckets.High[place][window[at + place] >> 4];
        return groups != 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Verify<THandler>(scoped ReadOnlySpan<byte> window, int at, ref THandler handler) where THandler : struct, IAnchorHandler, allows ref struct
    {
        uint gram = BinaryPrimitives.ReadUInt32LittleEndian(window[at..]);
        for (int index = byGram[Hash(gram)]; index >= 0; index = entries[index].Next)
        {
            ref readonly Entry entry = ref entries[index];
            if (entry.Gram != gram || entry.Offset > at || !window[(at - entry.Offset)..].StartsWith(entry.Anchor.Literal)) continue;
            handler.Found(window, at - entry.Offset, entry.Anchor);
        }
    }

    private static Vector256<byte> Twice(byte[] table) => Vector256.Create(Vector128.Create(table), Vector128.Create(table));

    private static int Hash(uint gram) => (int)(gram * 0x9e3779b1 >> 32 - TableBits);

    private static int RarestGram(byte[] literal)
    {
        int best = -1;
        double least = double.MaxValue;
        for (int offset = 0; offset <= literal.Length - 4; offset++)
        {
            // So that nothing begins in zeros, and pages of zeros can be passed over.
            if (literal[offset] == 0) continue;
            double cost = 1;
            foreach (byte value in literal.AsSpan(offset, 4)) cost *= AnchorBuckets.Commonness(value);
            if (cost < least) (best, least) = (offset, cost);
        }
        return best >= 0 ? best : throw new ArgumentException("an anchor has four bytes in a row, of which the first is not zero", nameof(literal));
    }
}
