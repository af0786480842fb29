using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lethe.Scanning.Search;

/// <summary>
/// Says with one memory access whether a word may be one of the grams. It is a blocked Bloom filter (Putze, Sanders, Singler: Cache-,
/// Hash- and Space-Efficient Bloom Filters, 2007) with three bits in one 32-bit word. It is kept small, for the nearest cache.
/// </summary>
internal sealed unsafe class GramFilter
{
    /// <summary>A table that fits the first cache may be half empty. For a larger table, smaller is faster.</summary>
    private const int BitsPerGram = 20, SmallestTable = 16 * 1024, FirstCache = 32 * 1024, LargestTable = 16 << 20;

    /// <summary>
    /// Bytes examined in each turn of the vector loop, how far ahead memory is prefetched, and the most turns with
    /// candidates in one call.
    /// </summary>
    private const int Turn = 128, Ahead = 2048, MostTurns = 32;

    /// <summary>
    /// Where in the hash the numbers of the second and third bit begin, five bits each. The first begins at bit 0. The top bits of the
    /// hash give the block.
    /// </summary>
    private const int SecondBit = 5, ThirdBit = 10;

    /// <summary>How often other multipliers are drawn when the commonest words of memory pass.</summary>
    private const int MostDraws = 64;

    private readonly uint[] table;
    private readonly GramLetters? letters;
    private readonly uint multiplier, multiplierHigh;
    private readonly int step, shift;

    public GramFilter(GramIndex index, int step)
    {
        this.step = step;
        long least = (long)index.Count * BitsPerGram / 8,
            bytes = Math.Clamp(Math.Max(least, Math.Min(2 * least, FirstCache)), SmallestTable, LargestTable);
        // Pinned and aligned, so no block lies across two cache lines, and vector loads may use its address.
        table = GC.AllocateArray<uint>((int)(BitOperations.RoundUpToPowerOf2((ulong)bytes) / sizeof(uint)), pinned: true);
        shift = 32 - BitOperations.Log2((uint)table.Length);
        letters = GramLetters.Of(index.Grams);
        var random = new Random(1);
        int draws = 0;
        do
        {
            multiplier = (uint)random.NextInt64(1L << 31, 1L << 32) | 1;
            multiplierHigh = (uint)random.NextInt64(1L << 31, 1L << 32) | 1;
            Fill(index);
        }
        while ((Pass(0) || Pass(ulong.MaxValue)) && ++draws < MostDraws); // The commonest words of memory must not pass by chance.
    }

    /// <summary>Finds the positions of words that may be grams.</summary>
    /// <param name="window">The bytes.</param>
    /// <param name="at">Position of the first word to examine. Afterwards where to continue: beyond the window when all is done.</param>
    /// <param name="candidates">Receives positions in the window, in any order.</param>
    /// <returns>How many positions there are.</returns>
    public int Find(ReadOnlySpan<byte> window, ref int at, Span<int> candidates)
    {
        int count = 0;
        if (Avx2.IsSupported && step > 1)
        {
            count = FindVectorised(window, ref at, candidates);
            if (at <= window.Length - Turn) return count;
        }

        for (; at + GramPlan.GramBytes <= window.Length && count < candidates.Length; at += step)
        {
            if (Pass(GramPlan.Read(window, at))) candidates[count++] = at;
        }

        return count;
    }

    private void Fill(GramIndex index)
    {
        Array.Clear(table);
        foreach (ulong gram in index.Grams)
        {
            uint hash = Hash(gram);
            table[hash >> shift] |=
                0x80000000 >> (int)(hash & 31) | 0x80000000 >> (int)(hash >> SecondBit & 31) | 0x80000000 >> (int)(hash >> ThirdBit & 31);
        }
    }

    /// <summary>Only 32-bit multiplications, because vectors have these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Hash(ulong word) => ((uint)word ^ (uint)(word >> 32) * multiplierHigh) * multiplier;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Pass(ulong word)
    {
        uint hash = Hash(word), block = table[hash >> shift];
        return (int)(block << (int)(hash & 31) & block << (int)(hash >> SecondBit & 31) & block << (int)(hash >> ThirdBit & 31)) < 0;
    }

    private int FindVectorised(ReadOnlySpan<byte> window, ref int at, Span<int> candidates)
    {
        // The loop only stores lanes; they become positions after it. A call in the loop would cost it its registers.
        int* positions = stackalloc int[MostTurns], lanes = stackalloc int[MostTurns];
        int most = Math.Min(MostTurns, candidates.Length / (Turn / step)), turns = 0, position = at, end = window.Length - Turn;
        bool both = step == 8, sieved = letters is not null;
        var hashing = new Hashing(multiplier, multiplierHigh, shift);
        Vector256<byte> low = default, high = default;
        if (letters is not null) (low, high) = (letters.Low, letters.High);
        // SAFETY: loads stay within the window, which is pinned: a turn begins Turn bytes before its end, or earlier. The table was
        // allocated pinned. It is not collected, because Find uses this object again after this call. Stores stay within the
        // two arrays, as turns is less than most. A prefetch of an address that is not mapped does nothing.
        fixed (byte* start = window)
        {
            uint* blocks = (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(table));
            for (; position <= end && turns < most; position += Turn)
            {
                byte* line = start + position;
                Sse.Prefetch0(line + Ahead);
                Sse.Prefetch0(line + Ahead + 64);
                Vector256<ulong> a = Vector256.Load((ulong*)line), b = Vector256.Load((ulong*)(line + 32));
                Vector256<ulong> c = Vector256.Load((ulong*)(line + 64)), d = Vector256.Load((ulong*)(line + 96));
                Vector256<ulong> first = Avx2.UnpackLow(a, b), second = Avx2.UnpackLow(c, d);
                int passed = 0;
                if (!sieved || !AreOther(first, second, low, high)) passed = Look(blocks, first, second, in hashing);
                if (both)
                {
                    first = Avx2.UnpackHigh(a, b);
                    second = Avx2.UnpackHigh(c, d);
                    if (!sieved || !AreOther(first, second, low, high)) passed |= Look(blocks, first, second, in hashing) << 8;
                }

                if (passed == 0) continue;
                positions[turns] = position;
                lanes[turns++] = passed;
            }
        }

        at = position;
        int count = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            for (int left = lanes[turn]; left != 0; left &= left - 1)
                candidates[count++] = positions[turn] + WordOfLane[BitOperations.TrailingZeroCount(left)];
        }

        return count;
    }

    /// <summary>Offsets of the words of 128 bytes, in the order in which unpacking and shuffling leave them.</summary>
    private static ReadOnlySpan<byte> WordOfLane => [0, 32, 64, 96, 16, 48, 80, 112, 8, 40, 72, 104, 24, 56, 88, 120];

    /// <summary>Whether each of the words has at least one byte that no gram has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreOther(Vector256<ulong> first, Vector256<ulong> second, Vector256<byte> low, Vector256<byte> high) =>
        (GramLetters.Only(first.AsByte(), low, high) | GramLetters.Only(second.AsByte(), low, high)) == Vector256<ulong>.Zero;

    /// <summary>The lanes of eight words that may be grams, in the order of <see cref="WordOfLane"/>, one bit for each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Look(uint* blocks, Vector256<ulong> first, Vector256<ulong> second, in Hashing hashing)
    {
        Vector256<uint> low = Avx.Shuffle(first.AsSingle(), second.AsSingle(), 0x88).AsUInt32();
        Vector256<uint> high = Avx.Shuffle(first.AsSingle(), second.AsSingle(), 0xDD).AsUInt32();
        Vector256<uint> hash = Avx2.MultiplyLow(Avx2.Xor(low, Avx2.MultiplyLow(high, hashing.MultiplierHigh)), hashing.Multiplier);
        Vector256<ulong> places = Avx2.ShiftRightLogical(hash, hashing.Shift).AsUInt64();
        // SAFETY: the hash is shifted so far that the rest is below the table's length (see the constructor).
        // Single loads are faster than the gather instruction here.
        ulong p = places.GetElement(0), q = places.GetElement(1), r = places.GetElement(2), s = places.GetElement(3);
        Vector256<uint> found = Vector256.Create(
            blocks[(uint)p],
            blocks[p >> 32],
            blocks[(uint)q],
            blocks[q >> 32],
            blocks[(uint)r],
            blocks[r >> 32],
            blocks[(uint)s],
            blocks[s >> 32]
        );
        Vector256<uint> five = Vector256.Create(31u);
        Vector256<uint> all = Avx2.And(
            Avx2.And(
                Avx2.ShiftLeftLogicalVariable(found, Avx2.And(hash, five)),
                Avx2.ShiftLeftLogicalVariable(found, Avx2.And(Avx2.ShiftRightLogical(hash, SecondBit), five))),
            Avx2.ShiftLeftLogicalVariable(found, Avx2.And(Avx2.ShiftRightLogical(hash, ThirdBit), five)));
        return Avx.MoveMask(all.AsSingle());
    }

    /// <summary>The parameters of the hash, as vectors.</summary>
    private readonly ref struct Hashing(uint multiplier, uint multiplierHigh, int shift)
    {
        public readonly Vector256<uint> Multiplier = Vector256.Create(multiplier), MultiplierHigh = Vector256.Create(multiplierHigh);
        public readonly Vector128<uint> Shift = Vector128.CreateScalar((uint)shift);
    }
}
