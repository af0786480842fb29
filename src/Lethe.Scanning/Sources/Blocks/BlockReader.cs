using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Blocks;

/// <summary>Reads a range of content that is stored in blocks.</summary>
internal sealed class BlockReader : IPartReader
{
    private const int Size = 256 * 1024;
    private const int LongestStretch = 1 << 20;

    private readonly IBlockDecoder decoder;
    private byte[] buffer;
    private readonly long start;
    private readonly long end;
    private long at;

    // Decoded bytes not yet returned: the buffer's bytes from readyFrom to readyTo. They belong at readyAt.
    private long readyAt;
    private int readyFrom;
    private int readyTo;
    private int used;

    // A range that could not be decoded, found while the blocks before it were decoded.
    private long lostAt;
    private long lostLength;
    private string? lostBecause;

    /// <param name="image">The content.</param>
    /// <param name="start">Address in the content where the range begins, in bytes.</param>
    /// <param name="length">Length of the range, in bytes.</param>
    /// <param name="from">Offset in the range where reading begins, in bytes.</param>
    public BlockReader(IBlockImage image, long start, long length, long from)
    {
        this.start = start;
        end = start + length;
        at = start + from;
        decoder = image.NewDecoder();
        buffer = PinnedBuffers.Rent((int)Math.Max(image.LongestBlock, Math.Min(Size, end - at)));
    }

    /// <inheritdoc/>
    public bool Next(out Stretch stretch)
    {
        stretch = default;
        if (readyFrom == readyTo && lostBecause is null) Decode();
        if (readyFrom < readyTo)
        {
            int length = Math.Min(LongestStretch, readyTo - readyFrom);
            stretch = new Stretch { At = readyAt - start, Bytes = buffer.AsSpan(readyFrom, length) };
            readyFrom += length;
            readyAt += length;
            return true;
        }

        if (lostBecause is null) return false;
        stretch = new Stretch { At = lostAt - start, MissingBytes = lostLength, MissingBecause = lostBecause };
        lostBecause = null;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        PinnedBuffers.Return(ref buffer, used);
        decoder.Dispose();
    }

    /// <summary>Decodes consecutive blocks, as many as there is room for.</summary>
    private void Decode()
    {
        readyFrom = readyTo = 0;
        while (at < end && decoder.TryFind(at, out Block block) && block.Address < end)
        {
            long first = Math.Max(at, block.Address), last = Math.Min(end, block.Address + block.Length);
            if (block.IsZero)
            {
                at = last;
                if (readyTo > 0) return;
                continue;
            }

            if (readyTo > 0 && (block.Address != at || block.Length > buffer.Length - readyTo)) return;
            string? problem = block.Lost ?? decoder.Decode(block, buffer.AsSpan(readyTo, block.Length));
            at = last;
            used = Math.Max(used, Math.Min(buffer.Length, readyTo + block.Length));
            if (problem is not null)
            {
                (lostAt, lostLength, lostBecause) = (first, last - first, problem);
                return;
            }

            if (readyTo == 0)
            {
                readyFrom = (int)(first - block.Address);
                readyAt = first;
            }

            readyTo += (int)(last - block.Address);
        }
    }
}
