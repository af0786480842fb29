using Snappier;

namespace Lethe.Scanning.Sources.Codecs;

/// <summary>Decodes Snappy blocks (format_description.txt of snappy).</summary>
internal static class SnappyBlock
{
    /// <summary>Decodes one block.</summary>
    /// <returns>How many bytes it put out; -1 when the block is damaged or larger than the output.</returns>
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

    /// <summary>How long a block is decoded, as its first bytes say.</summary>
    /// <returns>-1 when they do not.</returns>
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
