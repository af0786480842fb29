using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Plain;

/// <summary>Reads a range of a storage that holds plain bytes. It skips holes, and reads around bad places page by page.</summary>
internal sealed class PlainReader : IPartReader
{
    // Measured: larger is no faster, and this fits in the second-level cache.
    private const int Size = 256 * 1024;
    private const int Page = 4096;

    private byte[] buffer;
    private readonly IStorage storage;
    private readonly long start;
    private readonly long end;
    private long at;
    private long dataEnd;
    private long carefulUntil;
    private int used;

    /// <param name="storage">The storage with the bytes.</param>
    /// <param name="start">Offset in it where the range begins, in bytes.</param>
    /// <param name="length">Length of the range, in bytes. The storage may end before.</param>
    /// <param name="from">Offset in the range where reading begins, in bytes.</param>
    public PlainReader(IStorage storage, long start, long length, long from)
    {
        this.storage = storage;
        this.start = start;
        end = start + length;
        at = dataEnd = start + from;
        buffer = PinnedBuffers.Rent((int)Math.Clamp(end - at, Page, Size));
    }

    /// <inheritdoc/>
    public bool Next(out Stretch stretch)
    {
        stretch = default;
        if (at >= dataEnd)
        {
            if (storage.NextData(at, end) is not { } data) return false;
            at = data.Offset;
            dataEnd = at + data.Length;
        }

        bool careful = at < carefulUntil;
        int want = (int)Math.Min(careful ? Page - at % Page : buffer.Length, dataEnd - at);
        int got = storage.Read(at, buffer.AsSpan(0, want), out string? problem);
        if (got > 0)
        {
            stretch = new Stretch { At = at - start, Bytes = buffer.AsSpan(0, got) };
            at += got;
            used = Math.Max(used, got);
            return true;
        }

        if (problem is null)
        {
            stretch = new Stretch { At = at - start, MissingBytes = end - at, MissingBecause = "the file ends before" };
            at = dataEnd = end;
            return true;
        }

        if (!careful) carefulUntil = at + want;
        long bad = at;
        // The rest of the page that cannot be read. The pages after it are then read one by one.
        at = Math.Min(dataEnd, at + Page - at % Page);
        stretch = new Stretch { At = bad - start, MissingBytes = at - bad, MissingBecause = problem };
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => PinnedBuffers.Return(ref buffer, used);
}
