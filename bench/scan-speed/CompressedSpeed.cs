using Lethe.Scanning.Opening;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources.Codecs;
using Lethe.Tests.Scanning.Sources;

namespace Lethe.Bench.ScanSpeed;

/// <summary>A kdump-compressed dump searched for 16 needles, against decompressing its pages and nothing else.</summary>
internal static class CompressedSpeed
{
    private const long MostBytes = 64 << 20;

    private delegate int Decode(byte[] compressed, Span<byte> page);

    public static void Measure(Image image, Measurement measurement)
    {
        (byte[][] needles, _) = image.Plant(16, seed: 16);
        NeedleDetector detector = Needles.Detector(needles);
        var memory = new SortedDictionary<long, byte[]>();
        long length = Math.Min(image.Length, MostBytes);
        for (long at = 0; at < length; at += Images.Page) memory[at] = image.Bytes(at, Images.Page).ToArray();
        using var zstandard = new Zstandard();
        Measurement.Heading($"kdump-compressed dump of {length >> 20} MiB (a quarter of it zero pages), 16 needles", "the codec alone");
        Row("zlib", Images.Codec.Zlib, (compressed, page) => Deflate.DecodeZlib(compressed, 0, compressed.Length, page));
        Row("lzo", Images.Codec.Lzo, (compressed, page) => Lzo.Decode(compressed, page));
        Row("snappy", Images.Codec.Snappy, (compressed, page) => SnappyBlock.Decode(compressed, page));
        Row("zstd", Images.Codec.Zstd, (compressed, page) => zstandard.Decode(compressed, page));

        void Row(string name, Images.Codec codec, Decode decode)
        {
            using var file = new ImageFile(Images.Kdump(memory, codec));
            byte[][] pages =
            [
                .. memory.Values.Where(page => page.AsSpan().ContainsAnyExcept((byte)0)).Select(page => Images.Compress(page, codec))
                    .Where(compressed => compressed.Length < Images.Page || codec == Images.Codec.Zstd),
            ];
            byte[] room = new byte[Images.Page];
            measurement.Row(
                $"{name}, only read as well and summed",
                length,
                () => DecodeAll(pages, decode, room),
                () => FileSpeed.Read(file.Path) + DecodeAll(pages, decode, room, andSum: true)
            );
            measurement.Row(name, length, () => DecodeAll(pages, decode, room), () => Needles.Scan(detector, SourceOpener.Open(file.Path)));
        }
    }

    private static string DecodeAll(byte[][] pages, Decode decode, byte[] room, bool andSum = false)
    {
        foreach (byte[] compressed in pages)
        {
            if (decode(compressed, room) != room.Length) throw new InvalidOperationException("a page does not come back whole");
            if (andSum) Reading.Sum(room);
        }

        return "";
    }
}
