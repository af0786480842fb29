using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>A range of memory in an AVML image, and its Snappy stream.</summary>
/// <param name="Address">Physical address of its first byte.</param>
/// <param name="Length">Bytes of memory.</param>
/// <param name="Stream">Offset of the stream in the file, in bytes.</param>
/// <param name="StreamEnd">Offset behind the stream.</param>
internal readonly record struct AvmlRange(long Address, long Length, long Stream, long StreamEnd);

/// <summary>
/// Finds the ranges of an AVML image: each is a header, a stream, and its length (avml, src/image.rs and src/io/snappy.rs).
/// </summary>
internal static class AvmlRanges
{
    private const int LengthSize = sizeof(ulong);

    /// <summary>AVML splits memory into 16 MiB, so this is enough for 16 TiB. It bounds the cost of a hostile image.</summary>
    private const int MostRanges = 1 << 20;

    /// <summary>Follows the lengths from the end to the beginning, which reads very little.</summary>
    /// <returns>Null when they do not lead to the beginning: the image is damaged or cut off.</returns>
    public static List<AvmlRange>? FromEnd(IStorage storage)
    {
        var ranges = new List<AvmlRange>();
        for (long at = storage.Length; at > 0;)
        {
            long streamEnd = at - LengthSize;
            if (ranges.Count >= MostRanges || streamEnd < MemoryRangeHeader.Size || storage.ReadUInt64(streamEnd) is not { } length)
                return null;
            if (length > (ulong)(streamEnd - MemoryRangeHeader.Size)) return null;
            long stream = streamEnd - (long)length;
            if (MemoryRangeHeader.Read(storage, stream - MemoryRangeHeader.Size) is not { Compressed: true } header) return null;
            ranges.Add(new AvmlRange(header.Address, header.Length, stream, streamEnd));
            at = stream - MemoryRangeHeader.Size;
        }

        return ranges;
    }

    /// <summary>Reads through the streams from the beginning. After damage it continues at the next header that it finds.</summary>
    public static List<AvmlRange> FromBeginning(IStorage storage, List<string> defects)
    {
        var ranges = new List<AvmlRange>();
        using var window = new Window(storage, 256 * 1024);
        for (long? at = 0; at < storage.Length;)
        {
            if (
                ranges.Count >= MostRanges
                || MemoryRangeHeader.Read(window.Get(at.Value, MemoryRangeHeader.Size)) is not { Compressed: true } header
            )
            {
                defects.Add($"there is no range header at offset {at}");
                at = ranges.Count >= MostRanges ? null : FindHeader(window, at.Value + 1, storage.Length);
                continue;
            }

            long stream = at.Value + MemoryRangeHeader.Size;
            long? end = EndOfStream(window, stream, storage.Length, header.Length);
            at = end + LengthSize ?? FindHeader(window, stream, storage.Length);
            ranges.Add(new AvmlRange(header.Address, header.Length, stream, end ?? at ?? storage.Length));
        }

        return ranges;
    }

    private static long? EndOfStream(Window window, long at, long end, long length)
    {
        for (long decoded = 0; decoded < length;)
        {
            if (SnappyChunk.Read(window, at, end) is not { } chunk) return null;
            decoded += chunk.DecodedLength;
            at = chunk.Next;
        }

        return at;
    }

    private static long? FindHeader(Window window, long at, long end)
    {
        const int Stretch = 64 * 1024;
        while (end - at >= MemoryRangeHeader.Size)
        {
            ReadOnlySpan<byte> bytes = window.Get(at, (int)Math.Min(Stretch, end - at));
            if (bytes.IsEmpty) return null;
            for (int from = 0; bytes[from..].IndexOf("AVML"u8) is >= 0 and int found; from += found + 1)
            {
                if (MemoryRangeHeader.Read(bytes[(from + found)..]) is { Compressed: true }) return at + from + found;
            }

            at += bytes.Length - MemoryRangeHeader.Size + 1;
        }

        return null;
    }
}
