using System.Runtime.InteropServices;

namespace Lethe.Scanning.Search;

/// <summary>
/// Which 8-byte words (grams) of the needles are kept, and at which positions of the searched memory words are looked up.
/// </summary>
/// <remarks>
/// Words of memory are looked up at positions that are a multiple of the step. A needle of step + 7 bytes or more covers one of
/// them at any alignment, so with every gram of a needle kept no occurrence is missed. Of longer needles fewer are kept: in each
/// class of offsets modulo the step, one of so many that a piece of the promised length still covers a kept one.
/// </remarks>
/// <param name="Step">16, 8 or 1 byte.</param>
/// <param name="ShortPiece">Bytes of a piece of a needle of up to <see cref="LongestShort"/> bytes that is always found.</param>
/// <param name="LongPiece">The same for longer needles.</param>
internal readonly record struct GramPlan(int Step, int ShortPiece, int LongPiece)
{
    public const int GramBytes = 8;

    /// <summary>Bytes of the longest needle of which every gram is kept when memory allows.</summary>
    public const int LongestShort = 4096;

    /// <summary>Grams that may be kept in all: about 30 bytes each, with the table that finds them.</summary>
    private const long MostGrams = 4_000_000;

    /// <summary>The cheapest search whose grams fit.</summary>
    public static GramPlan For(IEnumerable<ReadOnlyMemory<byte>> needles)
    {
        long[] lengths = [.. needles.Select(needle => (long)needle.Length)];
        int step = lengths.Any(length => length < 16 + GramBytes - 1) ? 8 : 16;
        GramPlan[] plans =
        [
            new(step, 16, 64),
            new(step, 64, 64),
            new(1, 16, 64),
            new(1, 32, 64),
            new(1, 64, 64),
            new(1, 64, 512),
            new(1, 512, 4096),
            new(1, 4096, 65536),
        ];
        foreach (GramPlan plan in plans)
        {
            if (lengths.Sum(plan.MostOf) <= MostGrams) return plan;
        }

        return plans[^1];
    }

    /// <summary>A word that repeats itself after 1, 2 or 4 bytes is everywhere in memory and proves nothing.</summary>
    public static bool IsWeak(ulong gram) => (uint)gram == (uint)(gram >> 32);

    /// <summary>The gram at an offset.</summary>
    public static ulong Read(ReadOnlySpan<byte> bytes, int offset) => MemoryMarshal.Read<ulong>(bytes[offset..]);

    /// <summary>Offsets of the grams of a needle that are kept, class by class, ascending in each.</summary>
    /// <remarks>
    /// Beside each stretch of weak grams the neighbour is kept too: so a piece of the promised length that covers any gram that
    /// is not weak covers a kept one.
    /// </remarks>
    public void Choose(ReadOnlySpan<byte> needle, List<int> offsets)
    {
        int distance = Distance(needle.Length);
        for (int first = 0; first < Step; first++)
        {
            long last = int.MinValue;
            bool weakBefore = false;
            for (int offset = first; offset + GramBytes <= needle.Length; offset += Step)
            {
                bool weak = IsWeak(Read(needle, offset));
                bool weakAfter = offset + Step + GramBytes <= needle.Length && IsWeak(Read(needle, offset + Step));
                if (!weak && (offset - last >= distance || weakBefore || weakAfter))
                {
                    offsets.Add(offset);
                    last = offset;
                }

                weakBefore = weak;
            }
        }
    }

    private long MostOf(long length) => (length * Step + Distance(length) - 1) / Distance(length);

    /// <summary>A piece covers so many looked-up words at least, times their distance.</summary>
    private int Distance(long length)
    {
        int piece = length <= LongestShort ? ShortPiece : LongPiece;
        return Math.Max(1, (piece - GramBytes - (Step - 1)) / Step + 1) * Step;
    }
}
