using Lethe.Linux;

namespace Lethe.Scanning.Sources;

/// <summary>A memory file that is mapped here, read where it lies: physical memory or a disk of a machine of the laboratory.</summary>
/// <param name="file">The file; it has to stay mapped while the source is used.</param>
/// <param name="ranges">What of it to read: whole pages, in order.</param>
public sealed unsafe class MemoryFileSource(MemoryFile file, IEnumerable<(long Offset, long Length)> ranges) : Source
{
    /// <inheritdoc/>
    public override string Name => "memory file";

    /// <inheritdoc/>
    public override string Form => "raw";

    /// <inheritdoc/>
    public override long? TotalBytes => null;

    /// <inheritdoc/>
    public override IEnumerable<Part> Parts() => ranges.Select(range => new Part(range.Offset, range.Length, (ulong)range.Offset));

    /// <inheritdoc/>
    public override IPartReader Open(Part part, long from) => new Reader(file.Start + part.Offset, part.Length, from);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Reader(byte* start, long length, long at) : IPartReader
    {
        private const int Longest = 1 << 20;
        private long next = at;

        public bool Next(out Stretch stretch)
        {
            stretch = default;
            if (next >= length) return false;
            // SAFETY: within the part, which lies within the file; the file stays mapped while the source is used.
            stretch = new Stretch { At = next, Bytes = new ReadOnlySpan<byte>(start + next, (int)Math.Min(Longest, length - next)) };
            next += stretch.Bytes.Length;
            return true;
        }

        public void Dispose()
        {
        }
    }
}
