using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lethe.Scanning.Search;

/// <summary>
/// Where one of a few short anchors may begin: each half byte of three neighbours is looked up in a register; the idea of Teddy
/// (Hyperscan; Langdale and others).
/// </summary>
internal sealed unsafe class NibbleFilter
{
    /// <summary>Positions looked at per turn.</summary>
    public const int Turn = 32;

    private const int Depth = 3, Buckets = 8;
    private readonly Vector256<byte>[] low = new Vector256<byte>[Depth], high = new Vector256<byte>[Depth];

    public NibbleFilter(IReadOnlyList<(uint Anchor, int Width)> anchors)
    {
        for (int depth = 0; depth < Depth; depth++)
        {
            byte[] lowBits = new byte[16], highBits = new byte[16];
            for (int index = 0; index < anchors.Count; index++)
            {
                byte bucket = (byte)(1 << (index % Buckets)), value = (byte)(anchors[index].Anchor >> (8 * depth));
                bool any = depth >= anchors[index].Width;
                for (int nibble = 0; nibble < 16; nibble++)
                {
                    if (any || nibble == (value & 15)) lowBits[nibble] |= bucket;
                    if (any || nibble == value >> 4) highBits[nibble] |= bucket;
                }
            }

            low[depth] = Vector256.Create(Vector128.Create(lowBits), Vector128.Create(lowBits));
            high[depth] = Vector256.Create(Vector128.Create(highBits), Vector128.Create(highBits));
        }
    }

    /// <summary>Goes on to the next 32 positions of which some may begin an anchor.</summary>
    /// <param name="window">The bytes.</param>
    /// <param name="at">The first position to look at; afterwards the first of the 32.</param>
    /// <param name="lanes">Which of them.</param>
    /// <returns>False when less than 34 bytes are left behind <paramref name="at"/>.</returns>
    public bool Next(ReadOnlySpan<byte> window, ref int at, out uint lanes)
    {
        Vector256<byte> low0 = low[0], low1 = low[1], low2 = low[2], high0 = high[0], high1 = high[1], high2 = high[2];
        Vector256<byte> half = Vector256.Create((byte)15);
        // SAFETY: the last load begins at position + 2 and ends at position + 34 <= the window's length.
        fixed (byte* start = window)
        {
            int position = at, end = window.Length - Turn - (Depth - 1);
            for (; position <= end; position += Turn)
            {
                Vector256<byte> a = Vector256.Load(start + position), b = Vector256.Load(start + position + 1), c = Vector256.Load(start + position + 2);
                Vector256<byte> buckets = Avx2.Shuffle(low0, a & half) & Avx2.Shuffle(high0, Avx2.ShiftRightLogical(a.AsUInt16(), 4).AsByte() & half)
                    & Avx2.Shuffle(low1, b & half) & Avx2.Shuffle(high1, Avx2.ShiftRightLogical(b.AsUInt16(), 4).AsByte() & half)
                    & Avx2.Shuffle(low2, c & half) & Avx2.Shuffle(high2, Avx2.ShiftRightLogical(c.AsUInt16(), 4).AsByte() & half);
                if (buckets == Vector256<byte>.Zero) continue;
                at = position;
                lanes = ~Vector256.Equals(buckets, Vector256<byte>.Zero).ExtractMostSignificantBits();
                return true;
            }

            at = Math.Max(at, position);
            lanes = 0;
            return false;
        }
    }
}
