using System.Runtime.InteropServices;

namespace Lethe.Scanning.Search;

/// <summary>
/// Which 8-byte words (grams) of the needles are kept, and at which positions of the searched memory words are looked up.
/// </summary>
/// <remarks>
/// Words of memory are looked up at positions that are a multiple of the step. A needle of step + 7 bytes or more covers one of
/// them at any alignment. So no occurrence is missed if every gram of a needle is kept. Longer needles keep fewer grams: in each
/// class of offsets modulo the step, just enough that every piece of the promised length still covers a kept one.
/// </remarks>
/// <param name="Step">Bytes between the positions that are looked up: 16, 8 or 1.</param>
/// <param name="ShortPiece">Promised length: every piece of so many bytes of a needle of up to <see cref="LongestShort"/>
/// bytes is found.</param>
/// <param name="LongPiece">The same for longer needles.</param>
internal readonly record struct GramPlan(int Step, int ShortPiece, int LongPiece)
{
    public const int GramBytes = 8;

    /// <summary>Bytes of the longest needle that keeps every gram when memory allows.</summary>
    public const int LongestShort = 4096;

    /// <summary>The most grams that may be kept in all. Each takes about 30 bytes, with the table that finds it.</summary>
    private const long MostGrams = 4_000_000;

    /// <summary>The cheapest plan whose grams fit.</summary>
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

    /// <summary>Whether a word repeats itself after 1, 2 or 4 bytes. Such words are everywhere in memory and prove nothing.</summary>
    public static bool IsWeak(ulong gram) => (uint)gram == (uint)(gram >> 32);

    public static ulong Read(ReadOnlySpan<byte> bytes, int offset) => MemoryMarshal.Read<ulong>(bytes[offset..]);

    /// <summary>Finds the offsets of the grams of a needle that are kept: class by class, ascending in each.</summary>
    /// <remarks>
    /// The neighbours of each row of weak grams are kept, too. So a piece of the promised length that covers any gram that
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

    /// <summary>The largest distance of kept grams: the number of looked-up words that any piece covers, times the step.</summary>
    private int Distance(long length)
    {
        int piece = length <= LongestShort ? ShortPiece : LongPiece;
        return Math.Max(1, (piece - GramBytes - (Step - 1)) / Step + 1) * Step;
    }
}
