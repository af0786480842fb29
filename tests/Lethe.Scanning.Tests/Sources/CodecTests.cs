using Lethe.Scanning.Sources.Codecs;
using static Lethe.Tests.Scanning.Sources.Images;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>The decoders give back what encoders were given, and never write where they must not.</summary>
public sealed class CodecTests
{
    private const int Guard = 64;
    private static readonly int HostileCases = Trials.Of(100_000);

    internal static byte[] Sample(Random random)
    {
        byte[] bytes = new byte[random.Next(1, 9000)];
        // Short and long repeats at short and long distances, among noise.
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(random.Next(1, random.Next(4) == 0 ? 900 : 12), bytes.Length - at);
            if (at == 0 || random.Next(3) == 0) random.NextBytes(bytes.AsSpan(at, length));
            else
            {
                int distance = random.Next(1, Math.Min(at, random.Next(2) == 0 ? 40 : at) + 1);
                for (int index = 0; index < length; index++) bytes[at + index] = bytes[at + index - distance];
            }

            at += length;
        }

        return bytes;
    }

    [Fact]
    public void What_is_encoded_is_decoded()
    {
        var random = Trials.Random(20261122);
        using var zstandard = new Zstandard();
        for (int test = 0; test < 2000; test++)
        {
            byte[] bytes = Sample(random), output = new byte[bytes.Length];
            byte[] lzo = Compress(bytes, Codec.Lzo), lz4 = Compress(bytes, Codec.Lz4), snappy = Compress(bytes, Codec.Snappy);
            byte[] zlib = Compress(bytes, Codec.Zlib), zstd = Compress(bytes, Codec.Zstd);
            AssertDecoded("lzo", Lzo.Decode(lzo, output));
            AssertDecoded("lz4", Lz4.Decode(lz4, output));
            AssertDecoded("snappy", SnappyBlock.Decode(snappy, output));
            AssertDecoded("zlib", Deflate.DecodeZlib(zlib, 0, zlib.Length, output));
            AssertDecoded("zstd", zstandard.Decode(zstd, output));
            AssertDecoded("zstd with bytes behind it", zstandard.DecodeFirst([.. zstd, 1, 2, 3], output));

            void AssertDecoded(string codec, int length)
            {
                Assert.True(length == bytes.Length && bytes.AsSpan().SequenceEqual(output), $"{codec}, case {test}");
                output.AsSpan().Clear();
            }
        }
    }

    [Fact]
    public void Far_repeats_are_decoded()
    {
        var random = new Random(7);
        byte[] bytes = new byte[128 * 1024], output = new byte[bytes.Length];
        random.NextBytes(bytes.AsSpan(0, 47 * 1024));
        for (int at = 47 * 1024; at < bytes.Length; at++) bytes[at] = bytes[at - 47 * 1024];
        Assert.Equal(bytes.Length, Lzo.Decode(Compress(bytes, Codec.Lzo), output));
        Assert.True(bytes.AsSpan().SequenceEqual(output));
        Assert.Equal(bytes.Length, Lz4.Decode(Compress(bytes, Codec.Lz4), output));
        Assert.True(bytes.AsSpan().SequenceEqual(output));
    }

    [Fact]
    public void Runs_of_zeros_of_the_kernels_newer_lzo_are_decoded()
    {
        // Version 1: four literals, then a run of 4 + (2 * 8 + 3) zeros, then the end.
        byte[] stream = [17, 1, 21, (byte)'a', (byte)'b', (byte)'c', (byte)'d', 0x18 | 3, 0xfc, 0xff, 2, 0x11, 0, 0];
        byte[] output = new byte[64];
        Assert.Equal(27, Lzo.Decode(stream, output));
        Assert.Equal("abcd"u8.ToArray(), output[..4]);
        Assert.False(output.AsSpan(4).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Broken_lzo_blocks_do_no_harm() => Break(Codec.Lzo, (input, output) => Lzo.Decode(input, output.Span));

    [Fact]
    public void Broken_lz4_blocks_do_no_harm() => Break(Codec.Lz4, (input, output) => Lz4.Decode(input, output.Span));

    [Fact]
    public void Broken_blocks_of_libraries_do_no_harm()
    {
        using var zstandard = new Zstandard();
        Break(Codec.Zlib, (input, output) => Deflate.DecodeZlib(input, 0, input.Length, output.Span), HostileCases / 10);
        Break(Codec.Snappy, (input, output) => SnappyBlock.Decode(input, output.Span), HostileCases / 2);
        Break(Codec.Zstd, (input, output) => zstandard.Decode(input, output.Span), HostileCases / 2);
    }

    private static void Break(Codec codec, Func<byte[], Memory<byte>, int> decode) => Break(codec, decode, HostileCases);

    private static void Break(Codec codec, Func<byte[], Memory<byte>, int> decode, int cases)
    {
        var random = Trials.Random(20261122);
        byte[][] valid = [.. Enumerable.Range(0, 50).Select(_ => Compress(Sample(random)[..^0], codec))];
        byte[] room = new byte[10_000 + 2 * Guard];
        for (int test = 0; test < cases; test++)
        {
            byte[] input = (byte[])valid[test % valid.Length].Clone();
            for (int change = random.Next(1, 5); change > 0; change--)
                input[random.Next(Math.Min(input.Length, random.Next(8, 2000)))] = (byte)random.Next(256);
            if (random.Next(4) == 0) Array.Resize(ref input, random.Next(input.Length + 1));
            int length = random.Next(3) == 0 ? random.Next(9000) : 9000;
            room.AsSpan(0, Guard).Fill(0xa5);
            room.AsSpan(Guard + length, Guard).Fill(0xa5);
            int decoded = decode(input, room.AsMemory(Guard, length));
            if (
                decoded > length
                || room.AsSpan(0, Guard).ContainsAnyExcept((byte)0xa5)
                || room.AsSpan(Guard + length, Guard).ContainsAnyExcept((byte)0xa5)
            )
                Assert.Fail($"{codec}, case {test}: wrote {decoded} bytes where {length} belong");
        }
    }
}
