using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lethe.Scanning.Sources.Codecs;

/// <summary>The two kinds of copies in all codecs of the LZ77 family. Callers have checked that both ends are inside.</summary>
internal static class BlockCopy
{
    private const int Step = 16;

    /// <summary>Copies bytes of the input that are stored uncompressed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Literals(ReadOnlySpan<byte> input, int from, Span<byte> output, int at, int length)
    {
        // Copies sixteen bytes even if fewer are asked for. The surplus lies inside the output and is overwritten later.
        // SAFETY: both places have Step bytes left, as is checked here. Neither is negative: the decoders only ever add to them.
        if (length <= Step && from <= input.Length - Step && at <= output.Length - Step)
            Vector128
                .LoadUnsafe(ref MemoryMarshal.GetReference(input), (nuint)from)
                .StoreUnsafe(ref MemoryMarshal.GetReference(output), (nuint)at);
        else
            input.Slice(from, length).CopyTo(output[at..]);
    }

    /// <summary>Repeats the output from <paramref name="distance"/> bytes before. The two ranges may overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Repeat(Span<byte> output, int at, int distance, int length)
    {
        // SAFETY: the last step ends fewer than Step bytes behind the length, and that many are left, as is checked here. The
        // decoders have checked that the distance does not lead before the beginning.
        if (distance >= Step && at <= output.Length - length - Step)
        {
            ref byte start = ref MemoryMarshal.GetReference(output);
            for (int done = 0; done < length; done += Step)
                Vector128.LoadUnsafe(ref start, (nuint)(at - distance + done)).StoreUnsafe(ref start, (nuint)(at + done));
        }
        else if (distance == 1) output.Slice(at, length).Fill(output[at - 1]);
        else if (distance >= length) output.Slice(at - distance, length).CopyTo(output[at..]);
        else RepeatOverlapping(output, at, distance, length);
    }

    private static void RepeatOverlapping(Span<byte> output, int at, int distance, int length)
    {
        // Each round doubles what can be copied at once, because the pattern repeats itself.
        Span<byte> source = output[(at - distance)..];
        int have = distance, want = distance + length;
        while (have < want)
        {
            int step = Math.Min(have, want - have);
            source[..step].CopyTo(source[have..]);
            have += step;
        }
    }
}
