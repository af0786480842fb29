using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lethe.Scanning.Search;

/// <summary>Recognises zero pages, most of many machines' memory, as fast as memory can be read.</summary>
internal static unsafe class ZeroBytes
{
    /// <summary>
    /// Bytes examined in each turn, and how far ahead memory is prefetched: processors do not prefetch across pages of 4 KiB.
    /// </summary>
    private const int Turn = 128, Ahead = 2048;

    /// <summary>Whether all bytes are zero.</summary>
    public static bool Fill(ReadOnlySpan<byte> bytes)
    {
        // SAFETY: the first load needs 32 bytes, and the loads of a turn need Turn bytes from its beginning. Both are checked before
        // they are made.
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        int at = 0;
        // Most ranges that are not all zero show it at once.
        if (bytes.Length >= Turn && Vector256.LoadUnsafe(ref start) != Vector256<byte>.Zero) return false;
        for (; at <= bytes.Length - Turn; at += Turn)
        {
            AskFor(ref start, at + Ahead);
            AskFor(ref start, at + Ahead + 64);
            Vector256<byte> first = Vector256.LoadUnsafe(ref start, (nuint)at) | Vector256.LoadUnsafe(ref start, (nuint)at + 32);
            Vector256<byte> second = Vector256.LoadUnsafe(ref start, (nuint)at + 64) | Vector256.LoadUnsafe(ref start, (nuint)at + 96);
            if ((first | second) != Vector256<byte>.Zero) return false;
        }

        return !bytes[at..].ContainsAnyExcept((byte)0);
    }

    /// <summary>Prefetches the cache line at an offset, which may lie behind the bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AskFor(ref byte start, int offset)
    {
        // SAFETY: a prefetch reads nothing. It does nothing if the address is not mapped, or if the bytes are moved meanwhile.
        if (Sse.IsSupported) Sse.Prefetch0((byte*)Unsafe.AsPointer(ref start) + offset);
    }
}
