using Lethe.Scanning.Sources;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>Everything a source gives, page by page.</summary>
internal sealed class SourceContents
{
    public const int Page = 4096;

    /// <summary>Pages with something in them, by part offset plus offset in the part.</summary>
    public SortedDictionary<long, byte[]> Pages { get; } = [];

    public List<(long At, long Length, string Because)> Missing { get; } = [];

    /// <summary>Reads parts from beginning to end.</summary>
    public static SourceContents Of(Source source, Func<Part, bool>? which = null)
    {
        var contents = new SourceContents();
        foreach (Part part in source.Parts())
        {
            if (which?.Invoke(part) == false) continue;
            contents.Add(source, part, 0);
        }

        return contents;
    }

    public void Add(Source source, Part part, long from)
    {
        using IPartReader reader = source.Open(part, from);
        long last = from;
        while (reader.Next(out Stretch stretch))
        {
            Assert.True(stretch.At >= last, "stretches are in order");
            Assert.True(stretch.Bytes.Length <= 1 << 20, "a stretch has at most 1 MiB");
            last = stretch.At + stretch.Bytes.Length + stretch.MissingBytes;
            Assert.True(last <= part.Length, "a stretch lies in its part");
            if (stretch.MissingBecause is { } why) Missing.Add((part.Offset + stretch.At, stretch.MissingBytes, why));
            for (int at = 0; at < stretch.Bytes.Length;)
            {
                long place = part.Offset + stretch.At + at;
                int within = (int)(place % Page), length = Math.Min(Page - within, stretch.Bytes.Length - at);
                ReadOnlySpan<byte> piece = stretch.Bytes.Slice(at, length);
                at += length;
                if (!piece.ContainsAnyExcept((byte)0)) continue;
                if (!Pages.TryGetValue(place - within, out byte[]? page)) Pages[place - within] = page = new byte[Page];
                piece.CopyTo(page.AsSpan(within));
            }
        }
    }

    public void AssertIs(IReadOnlyDictionary<long, byte[]> expected)
    {
        var withData = expected.Where(page => page.Value.AsSpan().ContainsAnyExcept((byte)0)).OrderBy(page => page.Key).ToList();
        Assert.Equal(withData.Select(page => page.Key), Pages.Keys);
        foreach ((long address, byte[] bytes) in withData) Assert.True(bytes.AsSpan().SequenceEqual(Pages[address]), $"page {address:x}");
    }
}
