using System.Buffers.Binary;
using System.Numerics;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// The headers of a kdump-compressed dump (makedumpfile: IMPLEMENTATION, diskdump_mod.h), of 64-bit little-endian machines.
/// </summary>
internal sealed record KdumpHeader
{
    private const int StatusEnd = 444, BlockSizeOffset = 428, SubHeaderSize = 104;

    /// <summary>Pages of 64 TiB, at 4 KiB each. It bounds the cost of a false header.</summary>
    private const ulong MostPages = 1UL << 34;

    /// <summary>Bytes of a page, and of the blocks that the file consists of.</summary>
    public required int BlockSize { get; init; }

    /// <summary>How many pages the bitmaps cover.</summary>
    public required long Pages { get; init; }

    /// <summary>Offset in the file of the bitmap of pages that exist, in bytes.</summary>
    public required long PresentBitmap { get; init; }

    /// <summary>Offset in the file of the bitmap of pages that are stored, in bytes.</summary>
    public required long StoredBitmap { get; init; }

    /// <summary>Offset in the file of the descriptors of the stored pages, in bytes.</summary>
    public required long Descriptors { get; init; }

    /// <summary>Which kinds of pages were left out, one bit for each (makedumpfile -d).</summary>
    public required int DumpLevel { get; init; }

    /// <summary>The first page in this file. It is not 0 if a dump was split into several files.</summary>
    public required long FirstPage { get; init; }

    /// <summary>The number after that of the last page in this file.</summary>
    public required long EndPage { get; init; }

    /// <summary>The kernel's VMCOREINFO note; null when the dump does not have it.</summary>
    public required VmCoreInfo? Note { get; init; }

    /// <summary>Whether these are the first bytes of such a dump.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith("KDUMP   "u8);

    /// <exception cref="SourceException">The header is cut off or has impossible values.</exception>
    public static KdumpHeader Read(string name, IStorage storage, ReadOnlySpan<byte> head)
    {
        if (head.Length < StatusEnd) throw Refuse(name, "it ends within its header");
        int version = BinaryPrimitives.ReadInt32LittleEndian(head[8..]);
        int blockSize = BinaryPrimitives.ReadInt32LittleEndian(head[BlockSizeOffset..]);
        long subHeaderBlocks = BinaryPrimitives.ReadUInt32LittleEndian(head[432..]);
        long bitmapBlocks = BinaryPrimitives.ReadUInt32LittleEndian(head[436..]);
        if (blockSize is < 4096 or > 65536 || !BitOperations.IsPow2(blockSize))
            throw Refuse(name, $"its pages have {blockSize} bytes; it is damaged or not of a 64-bit little-endian machine");
        byte[] sub = new byte[SubHeaderSize];
        if (storage.ReadAll(blockSize, sub) is { } problem) throw Refuse(name, $"its second header cannot be read: {problem}");

        ulong pages =
            version >= 6 ? BinaryPrimitives.ReadUInt64LittleEndian(sub.AsSpan(96)) : BinaryPrimitives.ReadUInt32LittleEndian(head[440..]);
        long bitmap = (1 + subHeaderBlocks) * blockSize, bitmapLength = bitmapBlocks / 2 * blockSize;
        if (pages > MostPages || (long)(pages + 7) / 8 > bitmapLength)
            throw Refuse(name, $"it says it is of {pages} pages, which its bitmaps have no room for");
        if (bitmap + 2 * bitmapLength > storage.Length) throw Refuse(name, "its bitmaps are not all there");

        bool split = version >= 2 && BinaryPrimitives.ReadInt32LittleEndian(sub.AsSpan(12)) != 0;
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(sub.AsSpan(version >= 6 ? 80 : 16));
        ulong end = BinaryPrimitives.ReadUInt64LittleEndian(sub.AsSpan(version >= 6 ? 88 : 24));
        return new KdumpHeader
        {
            BlockSize = blockSize,
            Pages = (long)pages,
            PresentBitmap = bitmap,
            StoredBitmap = bitmap + bitmapLength,
            Descriptors = bitmap + 2 * bitmapLength,
            DumpLevel = version >= 1 ? BinaryPrimitives.ReadInt32LittleEndian(sub.AsSpan(8)) : 0,
            FirstPage = split ? (long)Math.Min(first, pages) : 0,
            EndPage = split ? (long)Math.Min(end, pages) : (long)pages,
            Note = version >= 3 ? ReadNote(storage, sub) : null,
        };
    }

    private static VmCoreInfo? ReadNote(IStorage storage, ReadOnlySpan<byte> sub)
    {
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(sub[32..]), length = BinaryPrimitives.ReadUInt64LittleEndian(sub[40..]);
        if (offset > long.MaxValue || length > VmCoreInfo.LongestNote) return null;
        byte[] text = new byte[length];
        return storage.ReadAll((long)offset, text) is null ? VmCoreInfo.Parse(text) : null;
    }

    private static SourceException Refuse(string name, string why) => new($"{name}: kdump-compressed dump: {why}", PlainBytes.Hint);
}
