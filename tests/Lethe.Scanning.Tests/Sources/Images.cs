using System.IO.Compression;
using System.Text;
using K4os.Compression.LZ4;
using Snappier;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>Small images in every format, made from the formats' descriptions, of memory given page by page.</summary>
internal static class Images
{
    public const int Page = 4096;

    public enum Codec
    {
        None,
        Zlib,
        Lzo,
        Snappy,
        Zstd,
        Lz4,
    }

    /// <summary>Memory with pages of text, noise and zeros, in two stretches.</summary>
    public static SortedDictionary<long, byte[]> Memory(int pages, int seed = 1, int gap = 2000)
    {
        var random = new Random(seed);
        var memory = new SortedDictionary<long, byte[]>();
        for (int index = 0; index < pages; index++)
        {
            byte[] page = new byte[Page];
            switch (index % 4)
            {
                case 0: random.NextBytes(page); break;
                case 1:
                    Encoding
                        .ASCII.GetBytes(string.Concat(Enumerable.Repeat($"page {index} of a machine's memory; ", 160)))[..3500]
                        .CopyTo(page, 0);
                    break;
                case 2: random.NextBytes(page.AsSpan(100, 60)); break;
            }

            memory[(index < pages / 2 ? 3 + index : gap + index) * (long)Page] = page;
        }

        return memory;
    }

    /// <summary>The stretches of memory that follow each other.</summary>
    public static List<(long Address, byte[] Bytes)> Ranges(SortedDictionary<long, byte[]> memory)
    {
        var ranges = new List<(long Address, byte[] Bytes)>();
        foreach ((long address, byte[] page) in memory)
        {
            if (ranges.Count > 0 && ranges[^1].Address + ranges[^1].Bytes.Length == address)
                ranges[^1] = (ranges[^1].Address, [.. ranges[^1].Bytes, .. page]);
            else ranges.Add((address, page));
        }

        return ranges;
    }

    public static byte[] Lime(SortedDictionary<long, byte[]> memory)
    {
        var image = new ImageWriter();
        foreach ((long address, byte[] bytes) in Ranges(memory)) RangeHeader(image, 0x4c694d45, 1, address, bytes.Length).Bytes(bytes);
        return image.ToArray();
    }

    public static byte[] Avml(SortedDictionary<long, byte[]> memory, int blockLength = 20 * Page, int chunkLength = 65536)
    {
        var image = new ImageWriter();
        foreach ((long address, byte[] bytes) in Ranges(memory))
        {
            for (int at = 0; at < bytes.Length; at += blockLength)
            {
                ReadOnlySpan<byte> block = bytes.AsSpan(at, Math.Min(blockLength, bytes.Length - at));
                RangeHeader(image, 0x4c4d5641, 2, address + at, block.Length);
                int start = image.Length;
                image.Bytes([0xff, 6, 0, 0]).Bytes("sNaPpY"u8);
                for (int from = 0; from < block.Length; from += chunkLength)
                    SnappyChunk(image, block.Slice(from, Math.Min(chunkLength, block.Length - from)));
                image.UInt64((ulong)(image.Length - start));
            }
        }

        return image.ToArray();
    }

    public static byte[] Elf(SortedDictionary<long, byte[]> memory, bool physical, bool many = false, bool withNote = false)
    {
        List<(long Address, byte[] Bytes)> ranges = Ranges(memory);
        var image = new ImageWriter();
        int count = ranges.Count + (withNote ? 1 : 0), headers = 64 + 64, data = (headers + count * 56 + Page - 1) & -Page;
        image.Bytes([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        image.UInt16(4).UInt16(62).UInt32(1).UInt64(0).UInt64((ulong)headers).UInt64(many ? 64u : 0).UInt32(0).UInt16(64);
        image.UInt16(56).UInt16(many ? (ushort)0xffff : (ushort)count).UInt16(64).UInt16((ushort)(many ? 1 : 0)).UInt16(0);
        if (many) image.UInt32At(64 + 44, (uint)count);
        for (int index = 0; index < ranges.Count; index++)
        {
            (long address, byte[] bytes) = ranges[index];
            int at = headers + index * 56;
            image.UInt32At(at, 1).UInt32At(at + 4, 7).UInt64At(at + 8, (ulong)data).UInt64At(at + 16, (ulong)address + 0x7f0000000000)
                .UInt64At(at + 24, physical ? (ulong)address : 0)
                .UInt64At(at + 32, (ulong)bytes.Length)
                .UInt64At(at + 40, (ulong)bytes.Length);
            image.At(data, bytes);
            data += bytes.Length;
        }

        if (!withNote) return image.ToArray();
        // Behind a note that names nobody, as QEMU's of the processors come first.
        int place = image.Length, note = headers + ranges.Count * 56;
        image
            .UInt32(5)
            .UInt32(3)
            .UInt32(1)
            .Bytes("CORE\0\0\0\0"u8)
            .UInt32(0)
            .UInt32(11)
            .UInt32((uint)NoteText.Length)
            .UInt32(0)
            .Bytes("VMCOREINFO\0\0"u8)
            .Bytes(NoteText);
        return image.UInt32At(note, 4).UInt64At(note + 8, (ulong)place).UInt64At(note + 32, (ulong)(image.Length - place)).ToArray();
    }

    /// <summary>The text of a VMCOREINFO note.</summary>
    public static byte[] NoteText { get; } = Encoding.ASCII.GetBytes("OSRELEASE=6.1.0\nPAGESIZE=4096\nSYMBOL(_stext)=ffffffff81000000\n");

    public static byte[] Kdump(SortedDictionary<long, byte[]> memory, Codec codec, int dumpLevel = 0, bool withNote = false)
    {
        long pages = memory.Keys.Last() / Page + 1;
        int bitmap = (int)((pages / 8 / Page + 1) * Page);
        var image = new ImageWriter();
        image.Bytes("KDUMP   "u8).UInt32(6).At(12, "Linux"u8);
        image
            .UInt32At(428, Page)
            .UInt32At(432, 1)
            .UInt32At(436, (uint)(2 * bitmap / Page))
            .UInt32At(440, (uint)Math.Min(pages, uint.MaxValue));
        image.UInt32At(Page + 8, (uint)dumpLevel).UInt64At(Page + 96, (ulong)pages);
        byte[] bits = new byte[bitmap];
        foreach (long address in memory.Keys) bits[address / Page / 8] |= (byte)(1 << (int)(address / Page % 8));
        image.At(2 * Page, bits).At(2 * Page + bitmap, bits);
        int descriptor = 2 * Page + 2 * bitmap, data = descriptor + memory.Count * 24, zero = 0;
        foreach (byte[] page in memory.Values)
        {
            bool isZero = !page.AsSpan().ContainsAnyExcept((byte)0);
            (byte[] stored, uint flags) = isZero ? (page, 0) : CompressPage(page, codec);
            int place = isZero && zero > 0 ? zero : data;
            if (isZero && zero == 0) zero = data;
            if (place == data)
            {
                image.At(data, stored);
                data += stored.Length;
            }

            image.UInt64At(descriptor, (ulong)place).UInt32At(descriptor + 8, (uint)stored.Length).UInt32At(descriptor + 12, flags);
            descriptor += 24;
        }

        if (withNote) image.UInt64At(Page + 32, (ulong)image.Length).UInt64At(Page + 40, (ulong)NoteText.Length).Bytes(NoteText);
        return image.ToArray();
    }

    /// <summary>Wraps a file as makedumpfile -F does: in pieces, with the first of them written again at the end.</summary>
    public static byte[] Flattened(byte[] file, int pieceLength = Page)
    {
        var image = new ImageWriter();
        image.Bytes("makedumpfile\0\0\0\0"u8).BigUInt64At(16, 1).BigUInt64At(24, 1).PadTo(Page);
        void Piece(int at, ReadOnlySpan<byte> bytes) =>
            image.BigUInt64At(image.Length, (ulong)at).BigUInt64At(image.Length, (ulong)bytes.Length).Bytes(bytes);
        byte[] stale = new byte[Math.Min(pieceLength, file.Length)];
        stale.AsSpan().Fill(0xee);
        Piece(0, stale);
        for (int at = pieceLength; at < file.Length; at += pieceLength) Piece(at, file.AsSpan(at, Math.Min(pieceLength, file.Length - at)));
        Piece(0, file.AsSpan(0, stale.Length));
        return image.BigUInt64At(image.Length, ulong.MaxValue).BigUInt64At(image.Length, ulong.MaxValue).ToArray();
    }

    public static byte[] Swap(int pages, int seed = 2)
    {
        byte[] area = new byte[pages * Page];
        new Random(seed).NextBytes(area.AsSpan(Page));
        return new ImageWriter().Bytes(area).UInt32At(1024, 1).UInt32At(1028, (uint)pages - 1).At(4086, "SWAPSPACE2"u8).ToArray();
    }

    /// <summary>A swap area with a hibernation image; the area's page 1 holds something else.</summary>
    public static byte[] Hibernation(SortedDictionary<long, byte[]> memory, Codec codec, bool markZeroPages = false, bool resumed = false)
    {
        bool IsZero(byte[] page) => markZeroPages && !page.AsSpan().ContainsAnyExcept((byte)0);
        var frames = new ImageWriter();
        foreach ((long address, byte[] page) in memory) frames.UInt64((ulong)(address / Page) | (IsZero(page) ? 1UL << 63 : 0));
        while (frames.Length % Page != 0) frames.UInt64(ulong.MaxValue);
        List<byte[]> data = [.. memory.Values.Where(page => !IsZero(page))];
        int meta = frames.Length / Page;
        byte[] content = [.. frames.ToArray(), .. data.SelectMany(page => page)];
        byte[] info = new ImageWriter()
            .UInt64At(416, (ulong)data.Count)
            .UInt64At(424, (ulong)(data.Count + meta + 1))
            .PadTo(Page)
            .ToArray();
        var stored = new ImageWriter();
        stored.Bytes(info);
        for (int at = 0; at < content.Length; at += 32 * Page)
        {
            byte[] block = content[at..Math.Min(at + 32 * Page, content.Length)];
            if (codec == Codec.None) stored.Bytes(block);
            else
            {
                byte[] compressed = Compress(block, codec);
                stored.UInt64((ulong)compressed.Length).Bytes(compressed).PadTo(Page);
            }
        }

        // Each map page, then what it names; every third page of the area is left to others.
        byte[] pages = stored.ToArray();
        var area = new ImageWriter();
        int next = 2;
        int Take() => next % 3 == 0 ? (next += 2) - 1 : next++;
        int map = Take(), first = map;
        for (int index = 0; index < pages.Length / Page; index++)
        {
            if (index > 0 && index % 511 == 0)
            {
                int following = Take();
                area.UInt64At(map * Page + 511 * 8, (ulong)following);
                map = following;
            }

            int place = Take();
            area.At(place * Page, pages.AsSpan(index * Page, Page)).UInt64At(map * Page + index % 511 * 8, (ulong)place);
        }

        uint flags = codec switch { Codec.None => 2, Codec.Lz4 => 4 + 16, _ => 4 };
        area.UInt64At(4064, (ulong)first)
            .UInt32At(4072, flags)
            .At(4076, "SWAPSPACE2"u8)
            .At(4086, resumed ? "SWAPSPACE2"u8 : "S1SUSPEND\0"u8)
            .At(Page, "what was swapped out"u8);
        return area.PadTo(Page).ToArray();
    }

    /// <summary>A disk of clusters of 4 KiB; pages are its clusters.</summary>
    public static byte[] Qcow(SortedDictionary<long, byte[]> disk, Codec codec)
    {
        const int Bits = 12;
        const ulong Copied = 1UL << 63, Compressed = 1UL << 62;
        long length = disk.Keys.Last() + Page;
        int perTable = Page / 8;
        int tables = (int)((length / Page + perTable - 1) / perTable);
        var image = new ImageWriter();
        image.Bytes([(byte)'Q', (byte)'F', (byte)'I', 0xfb]).BigUInt32At(4, 3).BigUInt32At(20, Bits).BigUInt64At(24, (ulong)length);
        image
            .BigUInt32At(36, (uint)tables)
            .BigUInt64At(40, Page)
            .BigUInt64At(72, codec == Codec.Zstd ? 8u : 0)
            .BigUInt32At(96, 4)
            .BigUInt32At(100, 112);
        image.At(104, [(byte)(codec == Codec.Zstd ? 1 : 0)]).At(2 * Page - 1, [0]);
        foreach (IGrouping<long, KeyValuePair<long, byte[]>> group in disk.GroupBy(page => page.Key / Page / perTable))
        {
            int table = image.PadTo(Page).Length;
            image.BigUInt64At(Page + (int)group.Key * 8, (ulong)(uint)table | Copied).At(table + Page - 1, [0]);
            foreach ((long address, byte[] page) in group)
            {
                int entry = table + (int)(address / Page % perTable) * 8;
                if (codec == Codec.None)
                {
                    image.PadTo(Page).BigUInt64At(entry, (ulong)(uint)image.Length | Copied).Bytes(page);
                    continue;
                }

                byte[] stored = codec == Codec.Zstd ? CompressPage(page, codec).Bytes : Bare(page);
                int sectors = (image.Length % 512 + stored.Length - 1) / 512;
                image.BigUInt64At(entry, (ulong)(uint)image.Length | ((ulong)sectors << (62 - (Bits - 8))) | Compressed).Bytes(stored);
            }
        }

        return image.PadTo(512).ToArray();
    }

    public static byte[] Compress(byte[] bytes, Codec codec)
    {
        switch (codec)
        {
            case Codec.Zlib:
                var stream = new MemoryStream();
                using (var zlib = new ZLibStream(stream, CompressionLevel.Optimal)) zlib.Write(bytes);
                return stream.ToArray();
            case Codec.Lzo: return LzoEncoder.Encode(bytes);
            case Codec.Snappy: return Snappy.CompressToArray(bytes);
            case Codec.Zstd:
                using (var compressor = new ZstdSharp.Compressor()) return compressor.Wrap(bytes).ToArray();
            case Codec.Lz4:
                byte[] target = new byte[LZ4Codec.MaximumOutputSize(bytes.Length)];
                return target[..LZ4Codec.Encode(bytes, target)];
            default: return bytes;
        }
    }

    private static (byte[] Bytes, uint Flags) CompressPage(byte[] page, Codec codec)
    {
        byte[] compressed = Compress(page, codec);
        uint flags = codec switch { Codec.Zlib => 1, Codec.Lzo => 2, Codec.Snappy => 4, Codec.Zstd => 0x20u, _ => 0 };
        return compressed.Length < Page || codec == Codec.Zstd ? (compressed, flags) : (page, 0);
    }

    private static byte[] Bare(byte[] bytes)
    {
        var stream = new MemoryStream();
        using (var deflate = new DeflateStream(stream, CompressionLevel.Optimal)) deflate.Write(bytes);
        return stream.ToArray();
    }

    private static ImageWriter RangeHeader(ImageWriter image, uint magic, uint version, long address, int length) =>
        image.UInt32(magic).UInt32(version).UInt64((ulong)address).UInt64((ulong)(address + length - 1)).UInt64(0);

    private static void SnappyChunk(ImageWriter image, ReadOnlySpan<byte> bytes)
    {
        byte[] compressed = Snappy.CompressToArray(bytes);
        bool plain = compressed.Length >= bytes.Length - bytes.Length / 8;
        ReadOnlySpan<byte> stored = plain ? bytes : compressed;
        int length = stored.Length + 4;
        image.Bytes([(byte)(plain ? 1 : 0), (byte)length, (byte)(length >> 8), (byte)(length >> 16)]).UInt32(0).Bytes(stored);
    }
}
