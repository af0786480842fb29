using System.Buffers.Binary;

namespace Lethe.Scanning.Sources.Codecs;

/// <summary>Decodes LZ4 blocks (doc/lz4_Block_format.md of lz4). Hibernation images of Linux 6.10 and later have them.</summary>
internal static class Lz4
{
    private const int Damaged = -1;
    private const int ShortestRepeat = 4;

    /// <summary>Decodes one block.</summary>
    /// <returns>How many bytes were decoded; -1 when the block is damaged or longer than the output.</returns>
    public static int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int from = 0, at = 0;
        while (from < input.Length)
        {
            int token = input[from++];
            int literals = token >> 4;
            if (literals == 15 && !TryLongLength(input, ref from, ref literals)) return Damaged;
            if (literals > input.Length - from || literals > output.Length - at) return Damaged;
            BlockCopy.Literals(input, from, output, at, literals);
            from += literals;
            at += literals;
            // The last sequence has literals only.
            if (from == input.Length) return at;

            if (from + 2 > input.Length) return Damaged;
            int distance = BinaryPrimitives.ReadUInt16LittleEndian(input[from..]);
            from += 2;
            int length = token & 15;
            if (length == 15 && !TryLongLength(input, ref from, ref length)) return Damaged;
            length += ShortestRepeat;
            if (distance == 0 || distance > at || length > output.Length - at) return Damaged;
            BlockCopy.Repeat(output, at, distance, length);
            at += length;
        }

        return Damaged;
    }

    private static bool TryLongLength(ReadOnlySpan<byte> input, ref int from, ref int length)
    {
        while (from < input.Length)
        {
            byte next = input[from++];
            length += next;
            if (length > int.MaxValue / 2) return false;
            if (next != 255) return true;
        }

        return false;
    }
}
