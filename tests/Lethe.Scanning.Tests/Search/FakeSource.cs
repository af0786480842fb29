using Lethe.Scanning.Sources;

namespace Lethe.Tests.Scanning.Search;

/// <summary>A part of a source in memory: bytes, of which some ranges are holes (passed over) and some cannot be read.</summary>
internal sealed record FakePart(byte[] Bytes, ulong? Address = null, bool Seekable = true)
{
    public List<(int Start, int End)> Holes { get; } = [];

    public List<(int Start, int End)> Missing { get; } = [];

    /// <summary>The contiguous ranges a reader shows.</summary>
    public IEnumerable<(int Start, int End)> Shown()
    {
        int at = 0;
        foreach ((int start, int end) in Holes.Concat(Missing).OrderBy(range => range.Start).Append((Bytes.Length, Bytes.Length)))
        {
            if (start > at) yield return (at, start);
            at = Math.Max(at, end);
        }
    }
}

/// <summary>A source in memory that hands out stretches of random sizes.</summary>
internal sealed class FakeSource(int seed, int largestStretch, params FakePart[] content) : Source
{
    private readonly Dictionary<Part, FakePart> parts = new(ReferenceEqualityComparer.Instance);
    private volatile int streamsUnderWay;

    public override string Name => "fake";

    public override string Form => "fake";

    public override long? TotalBytes => null;

    public override IReadOnlyList<string> Defects => SaidDefects;

    /// <summary>What it says it could not understand.</summary>
    public IReadOnlyList<string> SaidDefects { get; init; } = [];

    /// <summary>Makes the list of parts end like this.</summary>
    public Exception? PartsFailure { get; init; }

    /// <summary>Makes every reader end like this, at this offset.</summary>
    public (long At, Exception Failure)? ReaderFailure { get; init; }

    public override IEnumerable<Part> Parts()
    {
        long offset = 0;
        foreach (FakePart fake in content)
        {
            Assert.Equal(0, streamsUnderWay);
            var part = new Part(offset, fake.Bytes.Length, fake.Address) { Seekable = fake.Seekable };
            lock (parts) parts.Add(part, fake);
            yield return part;
            offset += fake.Bytes.Length;
        }

        if (PartsFailure is not null) throw PartsFailure;
    }

    public override IPartReader Open(Part part, long from)
    {
        Assert.Equal(0, from % 4096);
        FakePart fake;
        lock (parts) fake = parts[part];
        if (!fake.Seekable) streamsUnderWay++;
        return new Reader(this, fake, (int)from, new Random(HashCode.Combine(seed, from)), largestStretch);
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Reader(FakeSource source, FakePart part, int at, Random random, int largest) : IPartReader
    {
        private byte[] buffer = [];

        public bool Next(out Stretch stretch)
        {
            Array.Fill(buffer, (byte)0xEE); // Valid until the next call only.
            while (true)
            {
                stretch = default;
                if (at >= part.Bytes.Length) return false;
                if (source.ReaderFailure is var (place, failure) && at >= place) throw failure;
                if (part.Holes.FirstOrDefault(range => range.Start <= at && at < range.End) is { End: > 0 } hole)
                {
                    at = hole.End;
                    continue;
                }

                if (part.Missing.FirstOrDefault(range => range.Start <= at && at < range.End) is { End: > 0 } missing)
                {
                    stretch = new Stretch { At = at, MissingBytes = missing.End - at, MissingBecause = "Input/output error" };
                    at = missing.End;
                    return true;
                }

                int end = part
                    .Holes.Concat(part.Missing)
                    .Select(range => range.Start)
                    .Where(start => start > at)
                    .Append(part.Bytes.Length)
                    .Min();
                end = Math.Min(end, at + random.Next(1, largest + 1));
                buffer = part.Bytes[at..end];
                stretch = new Stretch { At = at, Bytes = buffer };
                at = end;
                return true;
            }
        }

        public void Dispose()
        {
            if (!part.Seekable) source.streamsUnderWay--;
        }
    }
}
