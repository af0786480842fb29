using Snappier;

namespace Lethe.Scanning.Sources.Codecs;

/// <summary>Decodes Snappy blocks (format_description.txt of snappy).</summary>
internal static class SnappyBlock
{
    /// <summary>Decodes one block.</summary>
    /// <returns>How many bytes were decoded; -1 when the block is damaged or longer than the output.</returns>
    public static int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        try
        {
            return Snappy.GetUncompressedLength(input) <= output.Length && Snappy.TryDecompress(input, output, out int written)
                ? written
                : -1;
        }
        catch (Exception failure) when (failure is InvalidDataException or ArgumentException or InvalidOperationException)
        {
            return -1;
        }
    }

    /// <summary>The decoded length of a block, as its first bytes give it.</summary>
    /// <returns>The length in bytes; -1 when these bytes are damaged.</returns>
    public static long DecodedLength(ReadOnlySpan<byte> input)
    {
        // A varint of at most 32 bits.
        long length = 0;
        for (int index = 0; index < 5 && index < input.Length; index++)
        {
            length |= (long)(input[index] & 0x7f) << (7 * index);
            if (input[index] < 0x80) return length <= uint.MaxValue ? length : -1;
        }

        return -1;
    }
}
