using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Lethe.Tests.Evidence.Scan;

/// <summary>Reads the PNG files that Lethe writes, from the standard and not with Lethe's own code.</summary>
internal sealed class PngPicture
{
    private readonly byte[] lines;
    private readonly byte[] palette = [];

    public PngPicture(byte[] file)
    {
        Assert.Equal([0x89, .. "PNG\r\n\u001a\n"u8], file[..8]);
        using var data = new MemoryStream();
        var types = new List<string>();
        int at = 8;
        while (at < file.Length)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            string type = Encoding.ASCII.GetString(file, at + 4, 4);
            ReadOnlySpan<byte> content = file.AsSpan(at + 8, length);
            Assert.Equal(Check(file.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            if (type == "IHDR")
            {
                Width = BinaryPrimitives.ReadInt32BigEndian(content);
                Height = BinaryPrimitives.ReadInt32BigEndian(content[4..]);
                Assert.Equal([8, 3, 0, 0, 0], content[8..].ToArray());
            }
            else if (type == "PLTE") palette = content.ToArray();
            else if (type == "IDAT") data.Write(content);

            types.Add(type);
            at += length + 12;
        }

        Assert.Equal(["IHDR", "PLTE", "IDAT", "IEND"], types);
        data.Position = 0;
        using var pixels = new MemoryStream();
        new ZLibStream(data, CompressionMode.Decompress).CopyTo(pixels);
        lines = pixels.ToArray();
        Assert.Equal((Width + 1) * Height, lines.Length);
        Assert.All(Enumerable.Range(0, Height), y => Assert.Equal(0, lines[y * (Width + 1)]));
    }

    public int Width { get; }

    public int Height { get; }

    public int Colours => palette.Length / 3;

    /// <summary>0xRRGGBB.</summary>
    public int this[int x, int y]
    {
        get
        {
            int index = lines[y * (Width + 1) + 1 + x] * 3;
            return palette[index] << 16 | palette[index + 1] << 8 | palette[index + 2];
        }
    }

    public int CountOf(int colour) => Enumerable.Range(0, Height).Sum(y => Enumerable.Range(0, Width).Count(x => this[x, y] == colour));

    private static uint Check(ReadOnlySpan<byte> bytes)
    {
        uint check = uint.MaxValue;
        foreach (byte value in bytes)
        {
            check ^= value;
            for (int bit = 0; bit < 8; bit++) check = (check & 1) != 0 ? check >> 1 ^ 0xedb88320 : check >> 1;
        }

        return ~check;
    }
}
