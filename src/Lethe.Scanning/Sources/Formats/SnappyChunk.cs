using Lethe.Scanning.Sources.Codecs;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>A chunk of a Snappy frame stream (framing_format.txt of snappy).</summary>
/// <param name="Next">Offset in the storage of the next chunk, in bytes.</param>
/// <param name="DataOffset">Offset in the storage of its data, in bytes.</param>
/// <param name="DataLength">Length of its data, in bytes.</param>
/// <param name="DecodedLength">Length of its data when decoded, in bytes; 0 for padding and the like.</param>
/// <param name="Compressed">Whether the data are a Snappy block rather than plain bytes.</param>
internal readonly record struct SnappyChunk(long Next, long DataOffset, int DataLength, int DecodedLength, bool Compressed)
{
    /// <summary>Decoded bytes of the longest chunk.</summary>
    public const int LongestDecoded = 65536;

    private const int HeaderLength = 4, ChecksumLength = 4;
    private const byte CompressedType = 0, PlainType = 1, FirstSkippable = 0x80;

    /// <summary>Reads the header of the chunk at an offset.</summary>
    /// <returns>Null when there is no chunk, or its header has impossible values.</returns>
    public static SnappyChunk? Read(Window window, long at, long end)
    {
        if (end - at < HeaderLength || window.Get(at, HeaderLength) is not { Length: > 0 } header) return null;
        byte type = header[0];
        int length = header[1] | (header[2] << 8) | (header[3] << 16);
        long next = at + HeaderLength + length;
        if (next > end) return null;
        if (type >= FirstSkippable) return new SnappyChunk(next, 0, 0, 0, Compressed: false);
        if (type > PlainType || length <= ChecksumLength) return null;
        long data = at + HeaderLength + ChecksumLength;
        int stored = length - ChecksumLength;
        long decoded = type == PlainType ? stored : SnappyBlock.DecodedLength(window.Get(data, Math.Min(5, stored)));
        return decoded is >= 0 and <= LongestDecoded ? new SnappyChunk(next, data, stored, (int)decoded, type == CompressedType) : null;
    }
}
