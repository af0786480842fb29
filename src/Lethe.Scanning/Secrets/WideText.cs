using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lethe.Scanning.Secrets;

/// <summary>Text in UTF-16LE, as .NET, Java and Windows programs keep it.</summary>
internal static class WideText
{
    /// <summary>Bytes before and after a page that are read with it, for secrets that begin or end elsewhere.</summary>
    public const int Before = 1024, After = 8192;

    /// <summary>Whether some 8 bytes, counted from the beginning, are four letters of Latin-1 other than zero.</summary>
    public static bool MayBeIn(ReadOnlySpan<byte> page)
    {
        ref byte start = ref MemoryMarshal.GetReference(page);
        Vector256<ulong> seen = default;
        int at = 0;
        for (; at <= page.Length - 32; at += 32)
        {
            // Zero becomes the largest number.
            Vector256<ushort> lessOne = Vector256.LoadUnsafe(ref start, (nuint)at).AsUInt16() - Vector256<ushort>.One;
            Vector256<ushort> letters = Vector256.Equals(Vector256.Min(lessOne, Vector256.Create((ushort)0xfe)), lessOne);
            seen |= Vector256.Equals(letters.AsUInt64(), Vector256<ulong>.AllBitsSet);
        }
        // A short end is always read.
        return at < page.Length || seen != Vector256<ulong>.Zero;
    }

    /// <summary>Letters of Latin-1 as bytes, others as zero.</summary>
    public static void Narrow(ReadOnlySpan<byte> wide, Span<byte> narrow)
    {
        for (int index = 0; index < narrow.Length; index++) narrow[index] = wide[2 * index + 1] == 0 ? wide[2 * index] : (byte)0;
    }
}
