using System.IO.Compression;

namespace Lethe.Scanning.Sources.Codecs;

/// <summary>Decodes zlib and bare deflate streams whose decoded length is known.</summary>
internal static class Deflate
{
    /// <summary>Decodes a zlib stream (RFC 1950).</summary>
    /// <param name="input">An array, as .NET's decoder reads streams only.</param>
    /// <param name="from">Where the stream begins in it.</param>
    /// <param name="length">Its length, in bytes.</param>
    /// <param name="output">Where the bytes go.</param>
    /// <returns>How many bytes it put out, at most the output's length; -1 when the stream is damaged.</returns>
    public static int DecodeZlib(byte[] input, int from, int length, Span<byte> output)
    {
        using var stream = new ZLibStream(new MemoryStream(input, from, length, writable: false), CompressionMode.Decompress);
        return Read(stream, output);
    }

    /// <summary>Decodes a bare stream (RFC 1951).</summary>
    /// <inheritdoc cref="DecodeZlib" path="/param|/returns"/>
    public static int DecodeBare(byte[] input, int from, int length, Span<byte> output)
    {
        using var stream = new DeflateStream(new MemoryStream(input, from, length, writable: false), CompressionMode.Decompress);
        return Read(stream, output);
    }

    private static int Read(Stream stream, Span<byte> output)
    {
        try
        {
            return stream.ReadAtLeast(output, output.Length, throwOnEndOfStream: false);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            return -1;
        }
    }
}
