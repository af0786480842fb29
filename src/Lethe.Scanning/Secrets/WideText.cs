using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Text in UTF-16: low byte first, as .NET, Java and Windows programs store it, or high byte first where another letter or a
/// zero follows.
/// </summary>
internal static class WideText
{
    /// <summary>Bytes before and after a page that are read with it, for secrets that cross its borders.</summary>
    public const int Before = 1024, After = 8192;

    /// <summary>
    /// Whether some aligned 8 bytes are four letters of Latin-1 other than zero: at even positions, and at odd ones. At odd positions
    /// the first of the bytes belongs to the letter before.
    /// </summary>
    public static (bool Even, bool Odd) MayBeIn(ReadOnlySpan<byte> page)
    {
        // SAFETY: each load is of 32 bytes and begins 32 before the page's end, or earlier.
        ref byte start = ref MemoryMarshal.GetReference(page);
        Vector256<ulong> even = default, odd = default;
        int at = 0;
        // Looks for low bytes that are not zero and high bytes that are.
        for (; at <= page.Length - 32; at += 32)
        {
            Vector256<ulong> zeros = Vector256.Equals(Vector256.LoadUnsafe(ref start, (nuint)at), Vector256<byte>.Zero).AsUInt64();
            even |= Vector256.Equals(zeros, Vector256.Create(0xff00ff00ff00ff00));
            odd |= Vector256.Equals(zeros, Vector256.Create(0x00ff00ff00ff00ffUL));
        }

        // A rest of less than 32 bytes always counts as yes.
        return (at < page.Length || even != Vector256<ulong>.Zero, at < page.Length || odd != Vector256<ulong>.Zero);
    }

    /// <summary>Writes letters of Latin-1 as bytes, others as zero.</summary>
    public static void Narrow(ReadOnlySpan<byte> wide, Span<byte> narrow)
    {
        // SAFETY: loads and stores are of 32 letters at one place, which lies 32 before the end of the narrow ones, or earlier.
        // It is not checked here that there are as many wide letters as narrow ones. AnchoredSecrets, the only caller, ensures that.
        ReadOnlySpan<ushort> letters = MemoryMarshal.Cast<byte, ushort>(wide);
        ref ushort from = ref MemoryMarshal.GetReference(letters);
        ref byte to = ref MemoryMarshal.GetReference(narrow);
        int at = 0;
        for (; at <= narrow.Length - 32; at += 32)
            Vector256
                .Narrow(Latin(Vector256.LoadUnsafe(ref from, (nuint)at)), Latin(Vector256.LoadUnsafe(ref from, (nuint)at + 16)))
                .StoreUnsafe(ref to, (nuint)at);
        for (; at < narrow.Length; at++) narrow[at] = letters[at] <= 0xff ? (byte)letters[at] : (byte)0;
    }

    private static Vector256<ushort> Latin(Vector256<ushort> letters) => letters & Vector256.Equals(letters >> 8, Vector256<ushort>.Zero);
}
