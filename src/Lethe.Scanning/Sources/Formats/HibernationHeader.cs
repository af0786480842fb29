using System.Buffers.Binary;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// Where the pages of a hibernation image lie in its swap area. The header (struct swsusp_header), at the end of the area's first page,
/// names the first of a chain of map pages. Each has 511 page numbers and the number of the next map page (struct swap_map_page,
/// kernel/power/swap.c).
/// </summary>
internal sealed class HibernationHeader
{
    /// <summary>Page size of x86-64, in bytes. Only such machines hibernate with this layout.</summary>
    public const int PageSize = 4096;

    private const int SignatureOffset = 4086, OriginalSignatureOffset = 4076, FlagsOffset = 4072, ImageOffset = 4064;
    private const int EntriesOfMap = PageSize / sizeof(ulong) - 1;
    private const uint NotCompressedFlag = 2, Lz4Flag = 16;

    // Fields of the image's first page: struct swsusp_info, kernel/power/power.h.
    private const int ImagePagesOffset = 416, PagesOffset = 424;

    /// <summary>Pages of 4 PiB. No area is larger.</summary>
    private const ulong MostPages = 1UL << 40;

    /// <summary>Bounds the memory for a hostile map to 200 MiB.</summary>
    private const int MostRuns = 1 << 22;

    private readonly List<(long Index, long Page, long Count)> runs = [];

    private HibernationHeader(uint flags)
    {
        IsCompressed = (flags & NotCompressedFlag) == 0;
        IsLz4 = (flags & Lz4Flag) != 0;
    }

    /// <summary>Whether the image is compressed, in blocks of 32 pages.</summary>
    public bool IsCompressed { get; }

    /// <summary>Whether it is compressed with LZ4 (since Linux 6.10) rather than LZO.</summary>
    public bool IsLz4 { get; }

    /// <summary>How many pages hold page frame numbers. They come first.</summary>
    public long MetaPages { get; private set; }

    /// <summary>How many pages hold memory. They come after the frame numbers.</summary>
    public long DataPages { get; private set; }

    /// <summary>How many pages of the area the image takes, including its first page, without the map.</summary>
    public long StoredPages { get; private set; }

    /// <summary>The pages of the area that the image and its map take, unsorted: first page and count.</summary>
    public List<(long Page, long Count)> Used { get; } = [];

    /// <summary>Whether an area's first page says that it holds an image, or held the one that the machine resumed from last.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) => head.Length >= PageSize && (HoldsImage(head) || HeldImage(head));

    /// <summary>Whether the machine can still resume from the image. If so, nothing else was written over it.</summary>
    public static bool HoldsImage(ReadOnlySpan<byte> head) => head.Slice(SignatureOffset, 10).SequenceEqual("S1SUSPEND\0"u8);

    // Resuming restores the area's own signature (swsusp_check). The copy of that signature, the map and the image stay as they are.
    private static bool HeldImage(ReadOnlySpan<byte> head) =>
        head.Slice(SignatureOffset, 10).SequenceEqual("SWAPSPACE2"u8)
        && head.Slice(OriginalSignatureOffset, 10).SequenceEqual("SWAPSPACE2"u8)
        && BinaryPrimitives.ReadUInt64LittleEndian(head[ImageOffset..]) != 0;

    /// <exception cref="SourceException">The map cannot be followed, or the image's first page is invalid.</exception>
    public static HibernationHeader Read(string name, IStorage storage, ReadOnlySpan<byte> head)
    {
        var header = new HibernationHeader(BinaryPrimitives.ReadUInt32LittleEndian(head[FlagsOffset..]));
        header.FollowMap(name, storage, BinaryPrimitives.ReadUInt64LittleEndian(head[ImageOffset..]));
        byte[] info = new byte[PageSize];
        if (header.ReadStored(storage, 0, info) is { } problem) throw Refuse(name, $"its first page cannot be read: {problem}");
        ulong data = BinaryPrimitives.ReadUInt64LittleEndian(info.AsSpan(ImagePagesOffset)),
            all = BinaryPrimitives.ReadUInt64LittleEndian(info.AsSpan(PagesOffset));
        // A stored page holds at most 32 decoded ones.
        ulong most = (ulong)header.StoredPages * (header.IsCompressed ? HibernationImage.BlockPages : 1UL);
        if (all <= data || all > most + 1)
            throw Refuse(name, $"it says it has {all} pages, {data} of them memory, in {header.StoredPages}");
        header.DataPages = (long)data;
        header.MetaPages = (long)(all - data) - 1;
        return header;
    }

    /// <summary>Copies one stored page.</summary>
    /// <param name="storage">The area.</param>
    /// <param name="index">Number of the page, in the order of the map.</param>
    /// <param name="destination">Receives 4096 bytes.</param>
    /// <returns>Null, or why it cannot be read, for people.</returns>
    public string? ReadStored(IStorage storage, long index, Span<byte> destination)
    {
        int low = 0, high = runs.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            (long first, long page, long count) = runs[middle];
            if (index < first) high = middle - 1;
            else if (index >= first + count) low = middle + 1;
            else return storage.ReadAll((page + index - first) * PageSize, destination);
        }

        return "the image's map ends before it";
    }

    private void FollowMap(string name, IStorage storage, ulong first)
    {
        ulong pages = (ulong)storage.Length / PageSize;
        byte[] map = new byte[PageSize];
        ulong next = first;
        // Each page of the area can be in the map only once. This bound ends maps that lead into themselves.
        for (ulong followed = 0; next != 0; followed += EntriesOfMap)
        {
            // If the area was cut off, missing pages are reported when they are read.
            if (next >= pages && StoredPages > 0) return;
            if (next >= pages || followed > pages)
                throw Refuse(name, "its map leads out of the area or into itself; for a swap file this must be its file system's device");
            if (storage.ReadAll((long)next * PageSize, map) is { } problem) throw Refuse(name, $"its map cannot be read: {problem}");
            Used.Add(((long)next, 1));
            for (int entry = 0; entry < EntriesOfMap; entry++)
            {
                ulong page = BinaryPrimitives.ReadUInt64LittleEndian(map.AsSpan(entry * sizeof(ulong)));
                if (page == 0) return;
                if (page >= MostPages) throw Refuse(name, "its map leads out of any area");
                Append((long)page);
                if (runs.Count > MostRuns) throw Refuse(name, "its map is more scattered than a map can be");
            }

            next = BinaryPrimitives.ReadUInt64LittleEndian(map.AsSpan(EntriesOfMap * sizeof(ulong)));
        }
    }

    private void Append(long page)
    {
        (long index, long first, long count) = runs.Count > 0 ? runs[^1] : default;
        if (runs.Count > 0 && first + count == page)
        {
            runs[^1] = (index, first, count + 1);
        }
        else
        {
            runs.Add((StoredPages, page, 1));
        }

        (long usedFirst, long usedCount) = Used[^1];
        if (usedFirst + usedCount == page) Used[^1] = (usedFirst, usedCount + 1);
        else Used.Add((page, 1));
        StoredPages++;
    }

    private static SourceException Refuse(string name, string why) => new($"{name}: hibernation image: {why}", PlainBytes.Hint);
}
