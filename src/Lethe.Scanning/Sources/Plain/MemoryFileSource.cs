using System.Buffers;
using Lethe.Linux;

namespace Lethe.Scanning.Sources;

/// <summary>A memfd that holds the physical memory or a disk of a machine of the laboratory.</summary>
/// <param name="file">The memfd. It stays the caller's.</param>
/// <param name="ranges">The ranges to read, as whole pages, in order.</param>
internal sealed class MemoryFileSource(MemoryFile file, IEnumerable<(long Offset, long Length)> ranges) : Source
{
    /// <inheritdoc/>
    public override string Name => "memfd";

    /// <inheritdoc/>
    public override string Form => "raw";

    /// <inheritdoc/>
    public override long? TotalBytes => null;

    /// <inheritdoc/>
    public override IEnumerable<Part> Parts() => ranges.Select(range => new Part(range.Offset, range.Length, (ulong)range.Offset));

    /// <inheritdoc/>
    public override IPartReader Open(Part part, long from) => new Reader(file, part, from);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Reader(MemoryFile file, Part part, long at) : IPartReader
    {
        private const int Longest = 256 << 10;
        private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(Longest, part.Length));
        private long next = at;

        public bool Next(out Stretch stretch)
        {
            stretch = default;
            if (next >= part.Length) return false;
            Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, part.Length - next));
            file.ReadInto(part.Offset + next, bytes);
            stretch = new Stretch { At = next, Bytes = bytes };
            next += bytes.Length;
            return true;
        }

        public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
    }
}
