using System.Buffers.Binary;
using System.IO.Compression;

namespace Lethe.Evidence.Scan.Pictures;

/// <summary>Writes PNG pictures of up to 256 colours (ISO/IEC 15948: signature, IHDR, PLTE, IDAT, IEND).</summary>
internal static class Png
{
    private const byte BitsPerPixel = 8, IndexedColour = 3, NoFilter = 0;
    private static readonly uint[] CyclicRedundancy = MakeTable();

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>The file's bytes.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="palette">Colours as 0xRRGGBB, at most 256, one for each index in the picture.</param>
    public static byte[] Encode(Raster picture, IReadOnlyList<int> palette)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], picture.Height);
        (header[8], header[9]) = (BitsPerPixel, IndexedColour);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "PLTE"u8, [.. palette.SelectMany(colour => new[] { (byte)(colour >> 16), (byte)(colour >> 8), (byte)colour })]);
        WriteChunk(file, "IDAT"u8, Compressed(picture));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Compressed(Raster picture)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.SmallestSize))
        {
            for (int y = 0; y < picture.Height; y++)
            {
                zlib.WriteByte(NoFilter);
                zlib.Write(picture.Line(y));
            }
        }

        return data.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Continue(Continue(uint.MaxValue, type), data));
        file.Write(number);
    }

    private static uint Continue(uint check, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data) check = CyclicRedundancy[(byte)(check ^ value)] ^ check >> 8;
        return check;
    }

    /// <summary>CRC-32 with the reversed polynomial 0xedb88320, as the standard's annex D gives it.</summary>
    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint index = 0; index < table.Length; index++)
        {
            uint value = index;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xedb88320 ^ value >> 1 : value >> 1;
            table[index] = value;
        }

        return table;
    }
}
