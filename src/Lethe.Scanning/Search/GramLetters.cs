using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lethe.Scanning.Search;

/// <summary>
/// The bytes that grams are made of, when they are text: so most words of memory (code, pointers, numbers, noise) are told apart in
/// registers, before any table is looked into. A byte is one of them when its low nibble allows its high one.
/// </summary>
internal sealed class GramLetters
{
    private GramLetters(Vector128<byte> low, Vector128<byte> high)
    {
        Low = Vector256.Create(low, low);
        High = Vector256.Create(high, high);
    }

    /// <summary>By low nibble: the high ones it goes with, a bit each.</summary>
    public Vector256<byte> Low { get; }

    /// <summary>By high nibble: its bit; none above 7.</summary>
    public Vector256<byte> High { get; }

    /// <returns>Null when some gram has a byte of zero or above 127: then too much of memory is made of them.</returns>
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

    /// <summary>All ones for each word of 8 bytes that has only such bytes, else zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Only(Vector256<byte> words, Vector256<byte> low, Vector256<byte> high)
    {
        // A byte above 127 finds zero in the first table, whatever its low nibble.
        Vector256<byte> allowed = Avx2.And(
            Avx2.Shuffle(low, words),
            Avx2.Shuffle(high, Avx2.And(Avx2.ShiftRightLogical(words.AsUInt16(), 4).AsByte(), Vector256.Create((byte)0x0f)))
        );
        return Avx2.CompareEqual(Avx2.CompareEqual(allowed, Vector256<byte>.Zero).AsUInt64(), Vector256<ulong>.Zero);
    }
}
