using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Lethe.Scanning.Sources.Codecs;

/// <summary>Decodes Zstandard frames (RFC 8878), for one thread. The caller knows the decoded length.</summary>
internal sealed class Zstandard : IDisposable
{
    private readonly Decompressor decompressor = new();

    /// <summary>Decodes one frame.</summary>
    /// <returns>How many bytes were decoded; -1 when the frame is damaged or longer than the output.</returns>
    public int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        try
        {
            return decompressor.TryUnwrap(input, output, out int written) ? written : -1;
        }
        catch (ZstdException)
        {
            return -1;
        }
    }

    /// <summary>Decodes the first frame of an input that has other bytes after it.</summary>
    /// <inheritdoc cref="Decode" path="/returns"/>
    public unsafe int DecodeFirst(ReadOnlySpan<byte> input, Span<byte> output)
    {
        // SAFETY: the span is pinned during the call, and its length is passed along.
        fixed (byte* start = input)
        {
            nuint length = Methods.ZSTD_findFrameCompressedSize(start, (nuint)input.Length);
            return Methods.ZSTD_isError(length) || length > (nuint)input.Length ? -1 : Decode(input[..(int)length], output);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => decompressor.Dispose();
}
