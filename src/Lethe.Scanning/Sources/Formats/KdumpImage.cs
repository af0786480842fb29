using System.Buffers.Binary;
using System.Numerics;
using Lethe.Scanning.Sources.Blocks;
using Lethe.Scanning.Sources.Codecs;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// A kdump-compressed dump (makedumpfile, QEMU dump-guest-memory -z, -l, -s). Each page is compressed by itself. Pages of zeros
/// are stored only once.
/// </summary>
internal sealed class KdumpImage : IBlockImage
{
    // page_desc of makedumpfile's diskdump_mod.h.
    private const int DescriptorSize = 24;

    // At this dump level, pages that were left out are zero. At others their content is not known.
    private const int ZeroPagesOnly = 1;

    private readonly IStorage storage;
    private readonly KdumpHeader header;
    private readonly PageBitmap stored;

    private KdumpImage(IStorage storage, KdumpHeader header, PageBitmap stored)
    {
        this.storage = storage;
        this.header = header;
        this.stored = stored;
    }

    /// <inheritdoc/>
    public int LongestBlock => header.BlockSize;

    /// <exception cref="SourceException">The headers or bitmaps are damaged.</exception>
    public static Source Open(string name, IStorage storage, ReadOnlySpan<byte> head)
    {
        KdumpHeader header = KdumpHeader.Read(name, storage, head);
        try
        {
            var stored = new PageBitmap(storage, header.StoredBitmap, header.FirstPage, header.EndPage);
            var image = new KdumpImage(storage, header, stored);
            return new BlockSource(name, "kdump", image, Parts(header, stored), stored.Count * header.BlockSize, Defects(header))
            {
                PhysicalMemory = new BlockMemory(image, header.Pages * header.BlockSize, header.DumpLevel == ZeroPagesOnly),
                Note = header.Note,
            };
        }
        catch (IOException failure)
        {
            throw new SourceException($"{name}: kdump-compressed dump: its bitmaps cannot be read: {failure.Message}", PlainBytes.Hint);
        }
    }

    /// <inheritdoc/>
    public IBlockDecoder NewDecoder() => new Decoder(storage, header, stored);

    /// <inheritdoc/>
    public void Dispose() => storage.Dispose();

    // makedumpfile(8), -d. Pages that were left out for another reason than being zero may have held what is looked for.
    private static IReadOnlyList<string> Defects(KdumpHeader header)
    {
        string[] kinds = ["zero", "cache", "private cache", "user", "free"];
        IEnumerable<string> leftOut = kinds.Where((_, bit) => (header.DumpLevel & ~ZeroPagesOnly & 1 << bit) != 0);
        return (header.DumpLevel & ~ZeroPagesOnly) == 0
            ? []
            :
            [
                $"who made the dump left pages out of it (level {header.DumpLevel}: {string.Join(", ", leftOut)} pages); what was in them "
                    + "is not known",
            ];
    }

    // Runs of bitmap chunks that have a stored page. This leaves out the holes in a machine's memory, and gives few parts.
    private static List<Part> Parts(KdumpHeader header, PageBitmap stored)
    {
        var parts = new List<Part>();
        long chunkBytes = (long)PageBitmap.ChunkPages * header.BlockSize, end = header.Pages * header.BlockSize;
        for (int chunk = 0; chunk < stored.Chunks; chunk++)
        {
            if (stored.RankOf(chunk + 1) == stored.RankOf(chunk)) continue;
            long start = chunk * chunkBytes, length = Math.Min(chunkBytes, end - start);
            if (parts.Count > 0 && parts[^1].Offset + parts[^1].Length == start)
                parts[^1] = parts[^1] with { Length = parts[^1].Length + length };
            else parts.Add(new Part(start, length, (ulong)start));
        }

        return parts;
    }

    private sealed class Decoder(IStorage storage, KdumpHeader header, PageBitmap stored) : IBlockDecoder
    {
        private const uint Zlib = 1, LzoFlag = 2, Snappy = 4, Zstd = 0x20;

        private readonly Window descriptors = new(storage, 48 * 1024);
        private readonly Window data = new(storage, 256 * 1024);
        private readonly ulong[] words = new ulong[PageBitmap.ChunkPages / 64];
        private Zstandard? zstandard;

        // Where the search for the next page is: a word of a chunk, and the number of set bits before it.
        private int chunk = -1;
        private int word;
        private long rank;

        // Why the chunk's bits could not be read; else null.
        private string? chunkProblem;
        private long wordRank;

        // How the single page of zeros is stored that all pages of zeros share.
        private (long Place, int Length, uint Flags) zeroPage = (-1, 0, 0);

        public bool TryFind(long address, out Block block)
        {
            block = default;
            long? page = NextPage(address / header.BlockSize);
            if (chunkProblem is not null)
            {
                long start = Math.Max(address, (long)chunk * PageBitmap.ChunkPages * header.BlockSize);
                long left = Math.Min(header.Pages, (chunk + 1L) * PageBitmap.ChunkPages) * header.BlockSize - start;
                block = new Block(start, (int)Math.Min(left, 1 << 30)) { Lost = $"the bitmap cannot be read: {chunkProblem}" };
                return true;
            }

            if (page is null) return false;
            long at = page.Value * header.BlockSize;
            if (!descriptors.TryGet(header.Descriptors + rank * DescriptorSize, DescriptorSize, out int index, out string? problem))
            {
                block = new Block(at, header.BlockSize) { Lost = $"its descriptor cannot be read: {problem}" };
                return true;
            }

            ReadOnlySpan<byte> descriptor = descriptors.Buffer.AsSpan(index, DescriptorSize);
            ulong place = BinaryPrimitives.ReadUInt64LittleEndian(descriptor);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(descriptor[8..]);
            bool possible = place < (ulong)storage.Length && length > 0 && length <= 2 * header.BlockSize;
            uint flags = BinaryPrimitives.ReadUInt32LittleEndian(descriptor[12..]) & (Zlib | LzoFlag | Snappy | Zstd);
            block = new Block(at, header.BlockSize)
            {
                Place = (long)place,
                StoredLength = (int)length,
                Flags = flags,
                IsZero = possible && ((long)place, (int)length, flags) == zeroPage,
                Lost = possible ? null : "its descriptor is damaged or behind the file's end",
            };
            return true;
        }

        public string? Decode(in Block block, Span<byte> destination)
        {
            if (!data.TryGet(block.Place, block.StoredLength, out int at, out string? problem)) return problem;
            ReadOnlySpan<byte> bytes = data.Buffer.AsSpan(at, block.StoredLength);
            int length;
            switch (block.Flags)
            {
                case 0:
                    length = bytes.Length;
                    if (length == destination.Length) bytes.CopyTo(destination);
                    break;
                case Zlib: length = Deflate.DecodeZlib(data.Buffer, at, block.StoredLength, destination); break;
                case LzoFlag: length = Lzo.Decode(bytes, destination); break;
                case Snappy: length = SnappyBlock.Decode(bytes, destination); break;
                case Zstd: length = (zstandard ??= new Zstandard()).Decode(bytes, destination); break;
                default: return $"it is compressed in an unknown way ({block.Flags:x})";
            }

            if (length != destination.Length) return "the compressed page is damaged";
            if (zeroPage.Place < 0 && !destination.ContainsAnyExcept((byte)0)) zeroPage = (block.Place, block.StoredLength, block.Flags);
            return null;
        }

        public void Dispose()
        {
            descriptors.Dispose();
            data.Dispose();
            zstandard?.Dispose();
        }

        /// <summary>
        /// The first stored page at or after a page. It also sets the page's rank or, if the chunk's bits cannot be read, the problem.
        /// </summary>
        private long? NextPage(long page)
        {
            if (page < 0 || page >= header.EndPage) return null;
            int wantedChunk = (int)(page / PageBitmap.ChunkPages), wantedWord = (int)(page % PageBitmap.ChunkPages / 64);
            ulong mask = ulong.MaxValue << (int)(page % 64);
            if (wantedChunk != chunk || wantedWord < word) Enter(wantedChunk);
            if (chunkProblem is not null) return null;
            for (; word < wantedWord; word++) wordRank += BitOperations.PopCount(words[word]);
            while (true)
            {
                for (; word < words.Length; word++, mask = ulong.MaxValue)
                {
                    ulong set = words[word] & mask;
                    if (set == 0)
                    {
                        wordRank += BitOperations.PopCount(words[word]);
                        continue;
                    }

                    int bit = BitOperations.TrailingZeroCount(set);
                    rank = wordRank + BitOperations.PopCount(words[word] & ((1UL << bit) - 1));
                    return (long)chunk * PageBitmap.ChunkPages + word * 64 + bit;
                }

                int next = chunk + 1;
                while (next < stored.Chunks && stored.RankOf(next + 1) == stored.RankOf(next)) next++;
                if (next >= stored.Chunks) return null;
                Enter(next);
                if (chunkProblem is not null) return null;
                mask = ulong.MaxValue;
            }
        }

        private void Enter(int next)
        {
            chunkProblem = null;
            try
            {
                stored.Read(next, words);
            }
            catch (IOException failure)
            {
                chunkProblem = failure.Message;
            }

            chunk = next;
            word = 0;
            wordRank = stored.RankOf(next);
        }
    }
}
