using Lethe.Scanning.Sources.Codecs;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>One chunk of a Snappy frame stream (framing_format.txt of snappy).</summary>
/// <param name="Next">Where in the storage the chunk after it begins.</param>
/// <param name="DataOffset">Where its data begin.</param>
/// <param name="DataLength">How long they are.</param>
/// <param name="DecodedLength">How many bytes they stand for; 0 for padding and the like.</param>
/// <param name="Compressed">Whether they are a Snappy block, or the bytes as they are.</param>
internal readonly record struct SnappyChunk(long Next, long DataOffset, int DataLength, int DecodedLength, bool Compressed)
{
    /// <summary>The most a chunk stands for, in bytes.</summary>
    public const int LongestDecoded = 65536;

    private const int HeaderLength = 4, ChecksumLength = 4;
    private const byte CompressedType = 0, PlainType = 1, FirstSkippable = 0x80;

    /// <summary>Reads the head of the chunk at an offset.</summary>
    /// <returns>Null when there is none, or it says what cannot be.</returns>
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
