using System.Buffers.Binary;
using Lethe.Scanning.Sources.Blocks;
using Lethe.Scanning.Sources.Codecs;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// The memory in a Linux hibernation image (kernel/power/swap.c, snapshot.c). After its first page come page frame numbers,
/// then the pages of these frames in the same order. All but the first page may be compressed, 32 pages at a time. Each block
/// begins at a page, with its length before it.
/// </summary>
internal sealed class HibernationImage : IBlockImage
{
    /// <summary>Pages that are compressed together (UNC_PAGES).</summary>
    public const int BlockPages = 32;

    private const int PageSize = HibernationHeader.PageSize, BlockSize = BlockPages * PageSize, LengthSize = sizeof(ulong);

    /// <summary>The most pages that a compressed block takes (CMP_SIZE: lzo1x_worst_compress of 32 pages).</summary>
    private const int StoredPagesOfBlock = (BlockSize + BlockSize / 16 + 64 + 3 + 2 + LengthSize + PageSize - 1) / PageSize;

    // Since Linux 6.6 this bit means: the page of the frame is zero and not stored. All ones means: no more frames.
    private const ulong ZeroPageBit = 1UL << 63, EndOfFrames = ulong.MaxValue;

    private readonly IStorage storage;
    private readonly HibernationHeader header;
    private readonly PageFrames frames = new();

    // For each block, the index of its first stored page.
    private readonly List<int> blocks = [];

    /// <summary>Reads the page frame numbers.</summary>
    public HibernationImage(IStorage storage, HibernationHeader header, List<string> defects)
    {
        this.storage = storage;
        this.header = header;
        if (header.IsCompressed) FindBlocks(defects);
        ReadFrames(defects);
        frames.Sort();
    }

    /// <inheritdoc/>
    public int LongestBlock => PageSize;

    public PageFrames Frames => frames;

    /// <inheritdoc/>
    public IBlockDecoder NewDecoder() => new Decoder(this);

    /// <inheritdoc/>
    public void Dispose() => storage.Dispose();

    private void FindBlocks(List<string> defects)
    {
        byte[] page = new byte[PageSize];
        long count = (header.MetaPages + header.DataPages + BlockPages - 1) / BlockPages;
        for (long stored = 1; blocks.Count < count;)
        {
            string? problem = stored > int.MaxValue ? "it is too large" : header.ReadStored(storage, stored, page);
            ulong length = problem is null ? BinaryPrimitives.ReadUInt64LittleEndian(page) : 0;
            if (problem is null && length is 0 or > StoredPagesOfBlock * PageSize - LengthSize) problem = "its length is damaged";
            if (problem is not null)
            {
                defects.Add($"compressed block {blocks.Count} of {count} and all after it are lost: {problem}");
                return;
            }

            blocks.Add((int)stored);
            stored += ((long)length + LengthSize + PageSize - 1) / PageSize;
        }
    }

    private void ReadFrames(List<string> defects)
    {
        using var decoder = new Decoder(this);
        byte[] page = new byte[PageSize];
        long index = 0;
        for (long meta = 0; meta < header.MetaPages; meta++)
        {
            if (decoder.ReadImagePage(meta, page) is { } problem)
            {
                defects.Add($"frame numbers from page {meta} of {header.MetaPages} on are lost: {problem}");
                return;
            }

            for (int at = 0; at < PageSize; at += sizeof(ulong))
            {
                ulong entry = BinaryPrimitives.ReadUInt64LittleEndian(page.AsSpan(at));
                if (entry == EndOfFrames) return;
                long frame = (long)(entry & ~ZeroPageBit);
                bool zero = (entry & ZeroPageBit) != 0;
                if (!zero && index >= header.DataPages) return;
                bool possible =
                    PhysicalAddress.IsPossible((ulong)frame, 1) && PhysicalAddress.IsPossible((ulong)frame * PageSize, PageSize);
                if (!possible || !frames.TryAdd(frame, zero ? -1 : index))
                {
                    defects.Add($"frame numbers from page {meta} of {header.MetaPages} on are damaged");
                    return;
                }

                if (!zero) index++;
            }
        }
    }

    private sealed class Decoder(HibernationImage image) : IBlockDecoder
    {
        private byte[] stored = PinnedBuffers.Rent(StoredPagesOfBlock * PageSize);
        private byte[] block = PinnedBuffers.Rent(BlockSize);
        private long current = -1;
        private int currentLength;
        private int used;

        public bool TryFind(long address, out Block found)
        {
            found = default;
            long frame = address / PageSize;
            int index = image.frames.IndexOf(frame);
            if (index >= image.frames.Runs.Count) return false;
            PageFrames.Run run = image.frames.Runs[index];
            frame = Math.Max(frame, run.Frame);
            found = new Block(frame * PageSize, PageSize)
            {
                IsZero = run.Index < 0,
                Place = image.header.MetaPages + run.Index + (frame - run.Frame),
            };
            return true;
        }

        public string? Decode(in Block found, Span<byte> destination) => ReadImagePage(found.Place, destination);

        /// <summary>Copies a page of the image. Page 0 is the first with frame numbers.</summary>
        /// <returns>Null, or why the page cannot be read, for people.</returns>
        public string? ReadImagePage(long index, Span<byte> destination)
        {
            if (!image.header.IsCompressed) return image.header.ReadStored(image.storage, 1 + index, destination);
            long wanted = index / BlockPages;
            if (wanted >= image.blocks.Count) return "its compressed block is lost";
            if (wanted != current && DecodeBlock(wanted) is { } problem) return problem;
            int at = (int)(index % BlockPages) * PageSize;
            if (at + PageSize > currentLength) return "its compressed block is damaged";
            block.AsSpan(at, PageSize).CopyTo(destination);
            return null;
        }

        public void Dispose()
        {
            PinnedBuffers.Return(ref stored, used);
            PinnedBuffers.Return(ref block, used == 0 ? 0 : BlockSize);
        }

        private string? DecodeBlock(long wanted)
        {
            current = wanted;
            currentLength = 0;
            int first = image.blocks[(int)wanted], length = LengthSize;
            for (int at = 0; at < length; at += PageSize)
            {
                if (image.header.ReadStored(image.storage, first + at / PageSize, stored.AsSpan(at, PageSize)) is { } problem)
                    return problem;
                used = Math.Max(used, at + PageSize);
                // The length may have changed since it was first read.
                if (at == 0)
                    length =
                        LengthSize
                        + (int)
                            Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(stored), (ulong)(StoredPagesOfBlock * PageSize - LengthSize));
            }

            ReadOnlySpan<byte> input = stored.AsSpan(LengthSize, length - LengthSize);
            currentLength = Math.Max(
                0,
                image.header.IsLz4 ? Lz4.Decode(input, block.AsSpan(0, BlockSize)) : Lzo.Decode(input, block.AsSpan(0, BlockSize))
            );
            return null;
        }
    }
}
