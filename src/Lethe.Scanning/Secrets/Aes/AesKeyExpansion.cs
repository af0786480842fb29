using System.Numerics;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// The key expansion of AES (FIPS 197 §5.2), on words that have their first byte lowest, and the linear step
/// that turns its words into those of the equivalent inverse cipher (FIPS 197 §5.3.5).
/// </summary>
internal static class AesKeyExpansion
{
    private static readonly byte[] SubstitutionBox = MakeSubstitutionBox();

    /// <summary>Words of the schedule of a key of <paramref name="keyWords"/> words (4, 6 or 8): 44, 52 or 60.</summary>
    public static int WordCount(int keyWords) => 4 * (keyWords + 7);

    /// <summary>
    /// What is added to word <c>index - keyWords</c> to get word <paramref name="index"/>; made from word <c>index - 1</c>.
    /// </summary>
    public static uint Step(int index, int keyWords, uint previous)
    {
        int place = index % keyWords;
        if (place == 0) return Substitute(BitOperations.RotateRight(previous, 8)) ^ RoundConstant(index / keyWords);
        return keyWords == 8 && place == 4 ? Substitute(previous) : previous;
    }

    /// <summary>
    /// Computes a whole schedule from the <paramref name="keyWords"/> words of it that begin at <paramref name="known"/>.
    /// </summary>
    public static void Complete(Span<uint> schedule, int keyWords, int known)
    {
        for (int index = known + keyWords; index < schedule.Length; index++)
            schedule[index] = schedule[index - keyWords] ^ Step(index, keyWords, schedule[index - 1]);
        for (int index = known - 1; index >= 0; index--)
            schedule[index] = schedule[index + keyWords] ^ Step(index + keyWords, keyWords, schedule[index + keyWords - 1]);
    }

    /// <summary>MixColumns of one column (FIPS 197 §5.1.3).</summary>
    public static uint MixColumn(uint column)
    {
        uint doubled = Double(column);
        return doubled
            ^ BitOperations.RotateRight(doubled ^ column, 8)
            ^ BitOperations.RotateRight(column, 16)
            ^ BitOperations.RotateRight(column, 24);
    }

    /// <summary>InvMixColumns of one column (FIPS 197 §5.3.3): MixColumns three times, as its fourth power is the identity.</summary>
    public static uint InverseMixColumn(uint column) => MixColumn(MixColumn(MixColumn(column)));

    private static uint Substitute(uint word) => SubstitutionBox[(byte)word] | (uint)SubstitutionBox[(byte)(word >> 8)] << 8
        | (uint)SubstitutionBox[(byte)(word >> 16)] << 16 | (uint)SubstitutionBox[word >> 24] << 24;

    private static uint RoundConstant(int round) => round <= 8 ? 1u << (round - 1) : round == 9 ? 0x1bu : 0x36u;

    /// <summary>Multiplies each byte by x in the field of AES.</summary>
    private static uint Double(uint bytes) => ((bytes & 0x7f7f7f7f) << 1) ^ (((bytes >> 7) & 0x01010101) * 0x1b);

    /// <summary>
    /// Computes the table of FIPS 197 §5.1.1: the inverse in the field, then an affine map. It visits the field by powers of
    /// the generator 3.
    /// </summary>
    private static byte[] MakeSubstitutionBox()
    {
        byte[] box = new byte[256];
        byte power = 1, inverse = 1;
        do
        {
            power ^= (byte)Double(power);
            // Divides by 3.
            inverse ^= (byte)(inverse << 1);
            inverse ^= (byte)(inverse << 2);
            inverse ^= (byte)(inverse << 4);
            if ((inverse & 0x80) != 0) inverse ^= 0x09;
            int doubled = inverse * 0x0101;
            box[power] = (byte)(inverse ^ (doubled >> 7) ^ (doubled >> 6) ^ (doubled >> 5) ^ (doubled >> 4) ^ 0x63);
        }
        while (power != 1);
        box[0] = 0x63;
        return box;
    }
}
