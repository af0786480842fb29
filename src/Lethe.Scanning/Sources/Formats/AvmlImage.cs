using Lethe.Scanning.Sources.Blocks;
using Lethe.Scanning.Sources.Codecs;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// An AVML image of version 2: compressed ranges of memory. Its blocks are the chunks of the Snappy streams. Checksums are
/// not verified: decoded bytes are worth searching in any case, and bytes that cannot be decoded are reported.
/// </summary>
internal sealed class AvmlImage : IBlockImage
{
    private readonly IStorage storage;
    private readonly List<AvmlRange> ranges = [];

    private AvmlImage(IStorage storage, List<AvmlRange> found)
    {
        this.storage = storage;
        // By address. A range that overlaps one before it is left out. Of two at the same address, the earlier in the file is kept.
        foreach (AvmlRange range in found.OrderBy(range => range.Address).ThenBy(range => range.Stream))
        {
            if (ranges.Count == 0 || range.Address >= ranges[^1].Address + ranges[^1].Length) ranges.Add(range);
            else Overlaps++;
        }
    }

    /// <inheritdoc/>
    public int LongestBlock => SnappyChunk.LongestDecoded;

    private int Overlaps { get; }

    /// <exception cref="SourceException">Nothing in the image can be understood.</exception>
    public static Source Open(string name, IStorage storage)
    {
        var defects = new List<string>();
        var image = new AvmlImage(storage, AvmlRanges.FromEnd(storage) ?? AvmlRanges.FromBeginning(storage, defects));
        if (image.Overlaps > 0) defects.Add($"{image.Overlaps} ranges of memory overlap others and are left out");
        var parts = new List<Part>();
        foreach (AvmlRange range in image.ranges)
        {
            if (parts.Count > 0 && parts[^1].Offset + parts[^1].Length == range.Address)
                parts[^1] = parts[^1] with { Length = parts[^1].Length + range.Length };
            else parts.Add(new Part(range.Address, range.Length, (ulong)range.Address));
        }

        long end = parts.Count == 0 ? 0 : parts[^1].Offset + parts[^1].Length;
        return new BlockSource(name, "avml", image, parts, parts.Sum(part => part.Length), defects)
        {
            // AVML leaves out ranges that are all zero. They cannot be distinguished from addresses without memory.
            PhysicalMemory = new BlockMemory(image, end, absentIsZero: true),
        };
    }

    /// <inheritdoc/>
    public IBlockDecoder NewDecoder() => new Decoder(storage, ranges);

    /// <inheritdoc/>
    public void Dispose() => storage.Dispose();

    private sealed class Decoder(IStorage storage, List<AvmlRange> ranges) : IBlockDecoder
    {
        private const uint CompressedFlag = 1;

        private readonly Window heads = new(storage, 256 * 1024);

        // The next chunk to examine, and the offset in its range where it begins, decoded.
        private int current = -1;
        private long chunkAt;
        private long decoded;

        public bool TryFind(long address, out Block block)
        {
            block = default;
            int index = IndexOf(address);
            if (index >= ranges.Count) return false;
            AvmlRange range = ranges[index];
            long wanted = Math.Max(0, address - range.Address);
            if (index != current || wanted < decoded) (current, chunkAt, decoded) = (index, range.Stream, 0);
            while (true)
            {
                if (SnappyChunk.Read(heads, chunkAt, range.StreamEnd) is not { } chunk || chunk.DecodedLength > range.Length - decoded)
                {
                    block = new Block(range.Address + wanted, (int)Math.Min(range.Length - wanted, 1 << 30))
                    {
                        Lost = "the compressed stream is damaged",
                    };
                    return true;
                }

                if (decoded + chunk.DecodedLength > wanted)
                {
                    block = new Block(range.Address + decoded, chunk.DecodedLength)
                    {
                        Place = chunk.DataOffset,
                        StoredLength = chunk.DataLength,
                        Flags = chunk.Compressed ? CompressedFlag : 0,
                    };
                    return true;
                }

                decoded += chunk.DecodedLength;
                chunkAt = chunk.Next;
            }
        }

        public string? Decode(in Block block, Span<byte> destination)
        {
            if (!heads.TryGet(block.Place, block.StoredLength, out int at, out string? problem)) return problem;
            ReadOnlySpan<byte> stored = heads.Buffer.AsSpan(at, block.StoredLength);
            if (block.Flags == CompressedFlag)
                return SnappyBlock.Decode(stored, destination) == destination.Length ? null : "a compressed block is damaged";
            stored.CopyTo(destination);
            return null;
        }

        public void Dispose() => heads.Dispose();

        // Index of the first range that ends behind the address.
        private int IndexOf(long address)
        {
            int low = 0, high = ranges.Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (ranges[middle].Address + ranges[middle].Length > address) high = middle;
                else low = middle + 1;
            }

            return low;
        }
    }
}
