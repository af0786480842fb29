using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// The relation that most words of an expanded AES key have with earlier ones, <c>w[i] = w[i - Nk] ^ w[i - 1]</c>, checked for
/// eight words at once. It also holds between words that went through InvMixColumns, which is linear, and with swapped bytes.
/// If the round keys are reversed, it connects other places. Words where the expansion substitutes bytes break it. Which of the
/// eight words break it gives the place and the form of the schedule.
/// </summary>
internal static class AesRelations
{
    /// <summary>Bytes of one sample.</summary>
    public const int Sample = 17 * 4;

    /// <summary>
    /// Bytes from one sample to the next. The shortest run of words in which all relations hold is the inner part of a mixed
    /// AES-128 schedule, 36 words. The sample that needs most of it, with reversed round keys, needs 13. So one of 24 places
    /// in a row fits.
    /// </summary>
    public const int Stride = 24 * 4;

    /// <summary>The word of a sample at which the relations begin.</summary>
    public const int Lanes = 9, ReversedSixLanes = 6;

    /// <summary>By mask of the words that obey: the first word that breaks the relation, if each fourth does; else -1.</summary>
    public static readonly sbyte[] FourPhase = Table((0xee, 0), (0xdd, 1), (0xbb, 2), (0x77, 3));

    /// <summary>The same if each sixth word breaks it.</summary>
    public static readonly sbyte[] SixPhase = Table((0xbe, 0), (0x7d, 1), (0xfb, 2), (0xf7, 3), (0xef, 4), (0xdf, 5));

    /// <summary>
    /// Reversed AES-192: the relation <c>x[p] = x[p + 2] ^ x[p - 1]</c> holds for the third and fourth word of each round key, except
    /// for one third word in three. By mask of the words that obey: where a round key begins; else -1.
    /// </summary>
    public static readonly sbyte[] ReversedSixPhase = Table(
        (0xcc, 0), (0xc8, 0), (0x8c, 0), (0x66, 3), (0x64, 3), (0x46, 3), (0x33, 2), (0x32, 2), (0x23, 2), (0x99, 1), (0x91, 1), (0x19, 1));

    /// <summary>
    /// Not zero when some word obeys some relation, as most words of a schedule do. In code, text and random bytes
    /// none does. Zeros obey everywhere, and so do repeated words beside zeros. Neither counts.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Signs(ref byte window, nuint at)
    {
        // As in Differences, but kept in registers.
        Vector256<uint> word9 = Load(ref window, at + 36),
            word8 = Load(ref window, at + 32),
            word5 = Load(ref window, at + 20),
            word1 = Load(ref window, at + 4);
        Vector256<uint> near = word9 ^ word8;
        Vector256<uint> obeying =
            Vector256.Equals(near, word5)
            | Vector256.Equals(near, Load(ref window, at + 12))
            | Vector256.Equals(near, word1)
            | Vector256.Equals(word9 ^ word5, Load(ref window, at + 16)) | Vector256.Equals(word8 ^ word5, Load(ref window, at + 24))
            | Vector256.Equals(word9 ^ word1, Load(ref window, at));
        return Vector256.AndNot(obeying, Vector256.Equals(Vector256.Min(Vector256.Min(word9, word8), word5), Vector256<uint>.Zero));
    }

    /// <summary>
    /// False when <see cref="Signs"/> shows nothing at this place, nor at the three after it. One test of bytes replaces
    /// four tests of words.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MayShowSigns(ref byte window, nuint at)
    {
        Vector256<byte> word9 = Load(ref window, at + 36).AsByte(),
            word8 = Load(ref window, at + 32).AsByte(),
            word5 = Load(ref window, at + 20).AsByte(),
            word1 = Load(ref window, at + 4).AsByte();
        Vector256<byte> near = word9 ^ word8;
        Vector256<byte> obeying =
            Vector256.Equals(near, word5)
            | Vector256.Equals(near, Load(ref window, at + 12).AsByte())
            | Vector256.Equals(near, word1)
            | Vector256.Equals(word9 ^ word5, Load(ref window, at + 16).AsByte())
            | Vector256.Equals(word8 ^ word5, Load(ref window, at + 24).AsByte())
            | Vector256.Equals(word9 ^ word1, Load(ref window, at).AsByte());
        // Four bytes in a row are a word at some alignment.
        return (FourInRow(obeying) & ~FourInRow(Vector256.Equals(word9, Vector256<byte>.Zero))) != 0;
    }

    private static uint FourInRow(Vector256<byte> marked)
    {
        uint mask = marked.ExtractMostSignificantBits(), two = mask & mask >> 1;
        return two & two >> 2;
    }

    /// <summary>The mask of the words that obey a relation, from what it leaves of them (<paramref name="difference"/>).</summary>
    public static byte Obeying(Vector256<uint> difference) => Mask(Vector256.Equals(difference, Vector256<uint>.Zero));

    private static byte Mask(Vector256<uint> equal) => (byte)Vector256.ExtractMostSignificantBits(equal);

    // SAFETY: callers have checked that the window has Sample bytes at the place. The farthest load of a sample ends with them.
    private static Vector256<uint> Load(ref byte window, nuint at) => Vector256.LoadUnsafe(ref window, at).AsUInt32();

    /// <summary>What each relation leaves of eight words: zero where it holds.</summary>
    public readonly ref struct Differences(ref byte window, nuint at)
    {
        private readonly Vector256<uint> word0 = Load(ref window, at),
            word1 = Load(ref window, at + 4),
            word3 = Load(ref window, at + 12),
            word4 = Load(ref window, at + 16),
            word5 = Load(ref window, at + 20),
            word6 = Load(ref window, at + 24),
            word8 = Load(ref window, at + 32),
            word9 = Load(ref window, at + 36);

        public Vector256<uint> Four => word9 ^ word8 ^ word5;
        public Vector256<uint> Six => word9 ^ word8 ^ word3;
        public Vector256<uint> Eight => word9 ^ word8 ^ word1;
        public Vector256<uint> ReversedFour => word9 ^ word5 ^ word4;
        public Vector256<uint> ReversedSix => word8 ^ word6 ^ word5;
        public Vector256<uint> ReversedEight => word9 ^ word1 ^ word0;

        /// <summary>The eight words that the forward relations are about.</summary>
        public Vector256<uint> Words => word9;
    }

    private static sbyte[] Table(params (byte Mask, sbyte Phase)[] entries)
    {
        sbyte[] table = new sbyte[256];
        Array.Fill(table, (sbyte)-1);
        foreach ((byte mask, sbyte phase) in entries) table[mask] = phase;
        return table;
    }
}
