using System.IO.Compression;

namespace Lethe.Scanning.Sources.Codecs;

/// <summary>Decodes zlib and bare deflate streams. The caller knows the decoded length.</summary>
internal static class Deflate
{
    /// <summary>Decodes a zlib stream (RFC 1950).</summary>
    /// <param name="input">The input. An array, because .NET's decoder reads only streams.</param>
    /// <param name="from">Offset in the input where the stream begins.</param>
    /// <param name="length">Length of the stream, in bytes.</param>
    /// <param name="output">Receives the decoded bytes.</param>
    /// <returns>How many bytes were decoded, at most the length of the output; -1 when the stream is damaged.</returns>
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
