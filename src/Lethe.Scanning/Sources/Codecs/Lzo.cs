using System.Buffers.Binary;

namespace Lethe.Scanning.Sources.Codecs;

/// <summary>
/// Decodes LZO1X, and Linux's LZO-RLE (Documentation/staging/lzo.rst): pages of kdump-compressed dumps, blocks of
/// hibernation images.
/// </summary>
internal static class Lzo
{
    private const int Damaged = -1;
    private const int ShortestVersionedStream = 5;
    private const byte VersionMark = 17;
    private const int ManyLiterals = 4;

    /// <summary>Decodes one block.</summary>
    /// <returns>How many bytes were decoded; -1 when the block is damaged or longer than the output.</returns>
    public static int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int from = 0, at = 0;
        bool zeroRuns = input.Length >= ShortestVersionedStream && input[0] == VersionMark && input[1] != 0;
        if (input.Length >= ShortestVersionedStream && input[0] == VersionMark) from = 2;

        // The number of literals at the end of the instruction before. The meaning of the lowest instructions depends on it.
        int literals = 0;
        if (from < input.Length && input[from] > VersionMark)
        {
            int first = input[from++] - VersionMark;
            if (!TryLiterals(input, ref from, output, ref at, first)) return Damaged;
            literals = Math.Min(first, ManyLiterals);
        }

        while (from < input.Length)
        {
            int code = input[from++], distance, length;
            if (code >= 64)
            {
                if (from >= input.Length) return Damaged;
                distance = 1 + ((code >> 2) & 7) + (input[from++] << 3);
                length = (code >> 5) + 1;
                literals = code & 3;
            }
            else if (code >= 32)
            {
                length = code & 31;
                if (length == 0 && !TryLongLength(input, ref from, 31, out length)) return Damaged;
                if (from + 2 > input.Length) return Damaged;
                int operand = BinaryPrimitives.ReadUInt16LittleEndian(input[from..]);
                from += 2;
                length += 2;
                distance = (operand >> 2) + 1;
                literals = operand & 3;
            }
            else if (code >= 16)
            {
                if (zeroRuns && (code & 0xf8) == 0x18 && from + 3 <= input.Length
                    && (BinaryPrimitives.ReadUInt16LittleEndian(input[from..]) & 0xfffc) == 0xfffc)
                {
                    int run = ((input[from + 2] << 3) | (code & 7)) + 4;
                    literals = input[from] & 3;
                    from += 3;
                    if (run > output.Length - at) return Damaged;
                    output.Slice(at, run).Clear();
                    at += run;
                    if (!TryLiterals(input, ref from, output, ref at, literals)) return Damaged;
                    continue;
                }

                length = code & 7;
                if (length == 0 && !TryLongLength(input, ref from, 7, out length)) return Damaged;
                if (from + 2 > input.Length) return Damaged;
                int operand = BinaryPrimitives.ReadUInt16LittleEndian(input[from..]);
                from += 2;
                length += 2;
                distance = ((code & 8) << 11) + (operand >> 2);
                if (distance == 0) return at;
                distance += 0x4000;
                literals = operand & 3;
            }
            else if (literals == 0)
            {
                length = code;
                if (length == 0 && !TryLongLength(input, ref from, 15, out length)) return Damaged;
                if (!TryLiterals(input, ref from, output, ref at, length + 3)) return Damaged;
                literals = ManyLiterals;
                continue;
            }
            else
            {
                if (from >= input.Length) return Damaged;
                distance = (code >> 2) + (input[from++] << 2) + (literals == ManyLiterals ? 2049 : 1);
                length = literals == ManyLiterals ? 3 : 2;
                literals = code & 3;
            }

            if (distance > at || length > output.Length - at) return Damaged;
            BlockCopy.Repeat(output, at, distance, length);
            at += length;
            if (!TryLiterals(input, ref from, output, ref at, literals)) return Damaged;
        }

        return Damaged;
    }

    private static bool TryLiterals(ReadOnlySpan<byte> input, ref int from, Span<byte> output, ref int at, int length)
    {
        if (length > input.Length - from || length > output.Length - at) return false;
        BlockCopy.Literals(input, from, output, at, length);
        from += length;
        at += length;
        return true;
    }

    private static bool TryLongLength(ReadOnlySpan<byte> input, ref int from, int length, out int result)
    {
        // A long, because the bytes of an array times 255 may exceed an int.
        long sum = length;
        result = 0;
        for (; from < input.Length && input[from] == 0; from++) sum += 255;
        if (from >= input.Length || sum > int.MaxValue / 2) return false;
        result = (int)sum + input[from++];
        return true;
    }
}
