using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Lethe.Canaries;

namespace Lethe.Scanning.Canaries;

/// <summary>
/// Finds every word of a canary at every byte offset. Each candidate is inverted arithmetically
/// (<see cref="Canary"/>), so the cost does not depend on how much was planted.
/// </summary>
internal static class CanarySearch
{
    /// <summary>Searches contiguous memory.</summary>
    /// <param name="memory">The bytes. Their first is at <paramref name="offset"/>.</param>
    /// <param name="offset">Where these bytes begin in the place that is searched, in bytes.</param>
    /// <param name="canary">What to look for.</param>
    /// <param name="found">Where found words are noted.</param>
    public static void Search(ReadOnlySpan<byte> memory, long offset, Canary canary, CanaryRuns found)
    {
        for (int page = 0; page < memory.Length; page += Survivors.PageSize)
        {
            int length = Math.Min(Survivors.PageSize, memory.Length - page);
            // Most of a machine's memory is zero pages. They hold no canary and are cheap to skip.
            if (!memory.Slice(page, length).ContainsAnyExcept((byte)0)) continue;
            ReadOnlySpan<byte> window = memory.Slice(page, Math.Min(length + canary.WordSize - 1, memory.Length - page));
            if (canary.Form == CanaryForm.Binary) SearchWords(window, offset + page, length, canary, found);
            else SearchLetters(window, offset + page, length, canary, found);
        }
    }

    private static void SearchWords(ReadOnlySpan<byte> window, long offset, int own, Canary canary, CanaryRuns found)
    {
        // Four words at a time. The last positions, and windows cut short, go one at a time.
        int vectorised = 0;
        if (Vector256.IsHardwareAccelerated && window.Length >= 64)
        {
            vectorised = Math.Min(own, window.Length - 7) & ~31;
            while (vectorised + 32 + 7 > window.Length) vectorised -= 32;
            // SAFETY: the last load begins 25 bytes before the end of the vectorised range, and the window has 39 bytes after that end.
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
    /// The top bits of the inverted words. The last inverse step leaves their top 30 bits as they are. It is
    /// left out here, and done only for the few candidates that pass.
    /// </summary>
    /// <remarks>
    /// Without inlining the compiler makes it a call that passes its vectors through memory, for each byte of a machine.
    /// </remarks>
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
