using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lethe.Scanning.Search;

/// <summary>
/// The bytes of all grams, if the grams are text. Most words of memory (code, pointers, numbers, noise) have other bytes. They are
/// rejected in registers, before any table is read. A byte is a letter when its low nibble allows its high one.
/// </summary>
internal sealed class GramLetters
{
    private GramLetters(Vector128<byte> low, Vector128<byte> high)
    {
        Low = Vector256.Create(low, low);
        High = Vector256.Create(high, high);
    }

    /// <summary>By low nibble: the high nibbles that it occurs with, one bit for each.</summary>
    public Vector256<byte> Low { get; }

    /// <summary>By high nibble: the bit that stands for it. Zero above 7.</summary>
    public Vector256<byte> High { get; }

    /// <returns>Null when some gram has a byte that is zero or above 127. Too many words of memory would pass then.</returns>
    public static GramLetters? Of(IEnumerable<ulong> grams)
    {
        byte[] low = new byte[16], high = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];
        foreach (ulong gram in grams)
        {
            for (int at = 0; at < 64; at += 8)
            {
                byte value = (byte)(gram >> at);
                if (value is 0 or > 127) return null;
                low[value & 15] |= high[value >> 4];
            }
        }

        return new GramLetters(Vector128.Create(low), Vector128.Create(high));
    }

    /// <summary>All ones for each word of 8 bytes that consists of letters only, else zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Only(Vector256<byte> words, Vector256<byte> low, Vector256<byte> high)
    {
        // For a byte above 127 both tables give zero, whatever its low nibble.
        Vector256<byte> allowed = Avx2.And(
            Avx2.Shuffle(low, words),
            Avx2.Shuffle(high, Avx2.And(Avx2.ShiftRightLogical(words.AsUInt16(), 4).AsByte(), Vector256.Create((byte)0x0f)))
        );
        return Avx2.CompareEqual(Avx2.CompareEqual(allowed, Vector256<byte>.Zero).AsUInt64(), Vector256<ulong>.Zero);
    }
}
