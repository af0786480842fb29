using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Lethe.Canaries;

namespace Lethe.Scanning.Canaries;

/// <summary>
/// Finds every word of a canary at every byte offset. Each candidate is turned back arithmetically
/// (<see cref="Canary"/>), so the cost does not depend on how much was planted.
/// </summary>
internal static class CanarySearch
{
    /// <summary>Searches contiguous memory.</summary>
    /// <param name="memory">The bytes; their first is at <paramref name="offset"/>.</param>
    /// <param name="offset">Where in the place the stretch begins, in bytes.</param>
    /// <param name="canary">What to look for.</param>
    /// <param name="found">Where finds are noted.</param>
    public static void Search(ReadOnlySpan<byte> memory, long offset, Canary canary, CanaryRuns found)
    {
        for (int page = 0; page < memory.Length; page += Survivors.PageSize)
        {
            int length = Math.Min(Survivors.PageSize, memory.Length - page);
            // Most of a machine's memory is zero pages; they hold no canary and are cheap to pass over.
            if (!memory.Slice(page, length).ContainsAnyExcept((byte)0)) continue;
            ReadOnlySpan<byte> window = memory.Slice(page, Math.Min(length + canary.WordSize - 1, memory.Length - page));
            if (canary.Form == CanaryForm.Binary) SearchWords(window, offset + page, length, canary, found);
            else SearchLetters(window, offset + page, length, canary, found);
        }
    }

    private static void SearchWords(ReadOnlySpan<byte> window, long offset, int own, Canary canary, CanaryRuns found)
    {
        // The last 8 or fewer starts, and windows cut short, go one at a time; the rest four words at a time.
        int vectorised = 0;
        if (Vector256.IsHardwareAccelerated && window.Length >= 64)
        {
            vectorised = Math.Min(own, window.Length - 7) & ~31;
            while (vectorised + 32 + 7 > window.Length) vectorised -= 32;
            // SAFETY: the last load begins 25 bytes before what is vectorised ends, and 39 bytes of the window follow that end.
            ref byte start = ref MemoryMarshal.GetReference(window);
            Vector256<ulong> basis = Vector256.Create(canary.Basis >> Canary.TopShift);
            for (int at = 0; at < vectorised; at += 32)
            {
                for (int phase = 0; phase < 8; phase++)
                {
                    Vector256<ulong> candidates = Vector256.LoadUnsafe(ref start, (nuint)(at + phase)).AsUInt64();
                    uint matches = Vector256.ExtractMostSignificantBits(Vector256.Equals(TopOfUnmixed(candidates), basis));
                    for (; matches != 0; matches &= matches - 1)
                    {
                        int lane = BitOperations.TrailingZeroCount(matches);
                        found.Note(candidates[lane], offset + at + phase + lane * 8);
                    }
                }
            }
        }

        for (int at = vectorised; at < own && at + 8 <= window.Length; at++)
            found.Note(BinaryPrimitives.ReadUInt64LittleEndian(window[at..]), offset + at);
    }

    /// <summary>
    /// The top bits of the unmixed words. The finaliser's last inverse step leaves its top 30 bits as they are, so
    /// it is left out here and done only for the few candidates that pass.
    /// </summary>
    /// <remarks>Left to itself the compiler makes it a call, with its vectors through memory, for each byte of a machine.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> TopOfUnmixed(Vector256<ulong> z)
    {
        z = (z ^ (z >> 31) ^ (z >> 62)) * Vector256.Create(Canary.Inverse2);
        z = (z ^ (z >> 27) ^ (z >> 54)) * Vector256.Create(Canary.Inverse1);
        return z >> Canary.TopShift;
    }

    private static void SearchLetters(ReadOnlySpan<byte> window, long offset, int own, Canary canary, CanaryRuns found)
    {
        int run = 0;
        for (int at = 0; at < window.Length; at++)
        {
            run = (uint)(window[at] - 'a') < 16 ? run + 1 : 0;
            int first = at - 15;
            if (run >= 16 && first < own) found.Note(Canary.ReadLetters(window.Slice(first, 16)), offset + first);
        }
    }
}
