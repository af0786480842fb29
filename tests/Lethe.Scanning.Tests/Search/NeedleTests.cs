using FsCheck;
using FsCheck.Fluent;
using Lethe.Scanning.Search;

namespace Lethe.Tests.Scanning.Search;

public sealed class NeedleTests
{
    private const int Page = 4096;

    [Fact]
    public void Every_alignment_of_every_length_is_found()
    {
        for (int length = 1; length <= 70; length++)
        {
            var random = new Random(length);
            byte[] needle = Bytes(random, length);
            var detector = Detector(needle);
            for (int at = 0; at < 64; at++)
            {
                byte[] memory = new byte[at + length + random.Next(40)];
                needle.CopyTo(memory, at);
                Assert.Equal(NaiveSearch.Whole(new(memory), [needle]), Whole(detector, memory));
            }
        }
    }

    /// <summary>A piece that ends or begins a page covers that page's last or first aligned word.</summary>
    [Fact]
    public void Sixteen_bytes_at_a_border_of_a_page_are_found()
    {
        byte[] needle = Bytes(new Random(1), 32);
        var detector = Detector(needle);
        for (int length = 16; length <= 32; length++)
        {
            byte[] memory = Bytes(new Random(2), 3 * Page);
            needle.AsSpan(0, length).CopyTo(memory.AsSpan(Page - length));
            needle.AsSpan(32 - length).CopyTo(memory.AsSpan(2 * Page));
            if (length < 32) (memory[Page], memory[2 * Page - 1]) = ((byte)~needle[length], (byte)~needle[31 - length]);
            List<Match> found = Scan(detector, memory);
            Assert.Contains(new Match(0, Page - length, length), found);
            Assert.Contains(new Match(0, 2 * Page, length, 32 - length), found);
        }
    }

    [Fact]
    public void Whole_needles_and_pieces_are_what_a_naive_search_finds() => Prop.ForAll<int, bool, bool>((seed, twoJobs, short_) =>
    {
        var random = new Random(seed);
        byte[][] needles = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Bytes(random, random.Next(short_ ? 15 : 23, 80)))];
        // Text is told from other memory by its letters first.
        if (random.Next(2) == 0) needles = [.. needles.Select(needle => needle.Select(value => (byte)(1 + value % 127)).ToArray())];
        int step = needles.Any(needle => needle.Length < 23) ? 8 : 16;
        var part = Memory(random, needles, 3 * Page + random.Next(Page), 60);
        part = part with { Address = random.Next(3) == 0 ? 8ul * (ulong)random.Next(1024) : null };
        AddGaps(part, random);
        Assert.Equal(NaiveSearch.WithPieces(part, needles, step), Scan(Detector(needles), part, random, twoJobs ? 2 : 1));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(600)));

    /// <summary>Few letters: needles contain, repeat and overlap each other and themselves everywhere.</summary>
    [Fact]
    public void Whole_needles_that_repeat_each_other_are_counted_exactly() => Prop.ForAll<int, bool>((seed, twoJobs) =>
    {
        var random = new Random(seed);
        int letters = random.Next(1, 4);
        byte[][] needles =
        [
            .. Enumerable
                .Range(0, random.Next(1, 40))
                .Select(_ => Letters(random, random.Next(1, random.Next(2, 60)), letters)),
        ];
        var part = new FakePart(Letters(random, Page + random.Next(Page), letters));
        for (int count = random.Next(20); count > 0; count--) Plant(part, needles[random.Next(needles.Length)], random);
        if (random.Next(2) == 0) Array.Clear(part.Bytes, 0, Math.Min(Page, part.Bytes.Length));
        AddGaps(part, random);
        var detector = Detector(needles);
        Assert.Equal(
            NaiveSearch.Whole(part, needles),
            Scan(detector, part, random, twoJobs ? 2 : 1).Where(match => match.Length == needles[match.Pattern].Length)
        );
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(80)));

    /// <summary>The hash of such a word is all zeros but one, whatever the multipliers, as that of zero is zero.</summary>
    [Fact]
    public void Words_of_one_bit_are_needles_like_others()
    {
        for (int bit = 0; bit < 64; bit++)
        {
            byte[] needle = new byte[32], memory = new byte[2 * Page];
            for (int word = 0; word < needle.Length; word += 8) BitConverter.TryWriteBytes(needle.AsSpan(word), 1UL << bit);
            needle.CopyTo(memory, 4000 + bit);
            Assert.Equal([new Match(0, 4000 + bit, 32)], Scan(Detector(needle), memory).Where(match => match.Length == 32));
        }
    }

    /// <summary>Needles with fillings in them, at borders of blocks, among zero pages.</summary>
    [Fact]
    public void Needles_full_of_zeros_are_found_among_zeros() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        byte[][] needles = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Filled(random, random.Next(1, 300)))];
        var part = new FakePart(new byte[4 * Page]);
        for (int count = random.Next(12); count > 0; count--) Plant(part, needles[random.Next(needles.Length)], random);
        Assert.Equal(
            NaiveSearch.Whole(part, needles),
            Scan(Detector(needles), part, random, 1).Where(match => match.Length == needles[match.Pattern].Length)
        );
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(600)));

    [Theory]
    [InlineData(2000, 32)]
    [InlineData(100_000, 32)]
    [InlineData(100_000, 7)]
    [InlineData(3000, 3)]
    public void Many_needles_are_found_each(int count, int length)
    {
        var random = new Random(count);
        byte[] memory = Bytes(random, count * (length + 1) + 100);
        var wanted = new HashSet<string>();
        byte[][] needles = [.. Enumerable.Range(0, count).Select(index => memory.AsSpan(index * (length + 1), length).ToArray())];
        List<Match> found = Whole(Detector(needles), memory);
        var at = found.Select(match => (match.Pattern, match.Position)).ToHashSet();
        Assert.Equal(found.Count, at.Count);
        for (int needle = 0; needle < count; needle++) Assert.Contains((needle, (long)needle * (length + 1)), at);
        foreach (Match match in found) Assert.True(memory.AsSpan((int)match.Position).StartsWith(needles[match.Pattern]));
        if (length > 3) Assert.Equal(count, found.Count);
    }

    [Fact]
    public void Of_a_needle_of_megabytes_every_piece_of_64_bytes_is_found()
    {
        var random = new Random(3);
        byte[] needle = Bytes(random, 3 << 20);
        var detector = Detector(needle);
        Assert.Equal(64, detector.SurePiece);
        for (int test = 0; test < 2000; test++)
        {
            byte[] memory = Bytes(random, 400);
            int from = random.Next(needle.Length - 64), at = random.Next(400 - 64);
            needle.AsSpan(from, 64).CopyTo(memory.AsSpan(at));
            Match match = Assert.Single(Scan(detector, memory), match => match.Length >= 64);
            Assert.InRange(match.Position, at - 3, at);
            Assert.Equal(from - at, match.PatternOffset - match.Position);
        }

        byte[] around = new byte[needle.Length + 2 * Page];
        needle.CopyTo(around, 1234);
        Assert.Equal([new Match(0, 1234, needle.Length)], Scan(detector, around));
    }

    [Fact]
    public void Large_sets_keep_fewer_words_and_still_find_all()
    {
        var random = new Random(4);
        byte[][] needles = [.. Enumerable.Range(0, 3000).Select(_ => Bytes(random, 3000))];
        var detector = Detector(needles);
        byte[] memory = new byte[20 * 3001];
        for (int copy = 0; copy < 20; copy++) needles[copy * 100].CopyTo(memory, copy * 3001);
        Assert.Equal(Enumerable.Range(0, 20).Select(copy => new Match(copy * 100, copy * 3001, 3000)), Scan(detector, memory));
        for (int test = 0; test < 500; test++)
        {
            byte[] noise = Bytes(random, 200);
            int needle = random.Next(3000), from = random.Next(2936), at = random.Next(136);
            needles[needle].AsSpan(from, 64).CopyTo(noise.AsSpan(at));
            Assert.Contains(Scan(detector, noise), match => match.Pattern == needle && match.Length >= 64);
        }
    }

    [Fact]
    public void The_same_bytes_twice_are_told_for_both()
    {
        byte[] needle = Bytes(new Random(5), 40);
        Assert.Equal([new Match(0, 8, 40), new Match(1, 8, 40)], Scan(Detector(needle, needle), [.. new byte[8], .. needle]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(50)]
    public void Nothing_but_zeros_is_refused(int length) => Assert.Throws<ArgumentException>(() => Detector(new byte[length]));

    [Fact]
    public void A_file_that_repeats_one_line_is_named_and_does_not_blow_up()
    {
        byte[] needle = [.. Enumerable.Repeat("no news today\n"u8.ToArray(), 100_000).SelectMany(line => line)];
        var detector = Detector("nothing else"u8.ToArray(), needle, Bytes(new Random(1), 5000));
        Assert.Equal([1], detector.Unsure);
        Assert.Empty(Scan(detector, needle));
    }

    private static NeedleDetector Detector(params byte[][] needles) =>
        new([.. needles.Select((bytes, index) => new Needle("hex", $"{index}", bytes))]);

    private static List<Match> Whole(NeedleDetector detector, byte[] memory) =>
        [.. Scan(detector, memory).Where(match => match.Length == detector.Patterns[match.Pattern].Length)];

    private static List<Match> Scan(NeedleDetector detector, byte[] memory) =>
        Scan(detector, new FakePart(memory), new Random(memory.Length), 1, 1 << 20);

    private static List<Match> Scan(NeedleDetector detector, FakePart part, Random random, int jobs, int largestStretch = 0)
    {
        if (largestStretch == 0) largestStretch = random.Next(3) switch { 0 => 40, 1 => 3000, _ => 3 * Page };
        var options = new ScanOptions
        {
            Jobs = jobs,
            PieceBytes = largestStretch > 1 << 19 ? 64 << 20 : Page,
            BlockBytes = Page * random.Next(1, 4),
        };
        ScanResult result = new Scanner([detector], options).Scan(
            new FakeSource(random.Next(), largestStretch, part),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(result.Matches, result.Hits.Count);
        return NaiveSearch.Ordered(result.Hits.Select(hit => hit.Match));
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        if (length > 0 && bytes[0] == 0) bytes[0] = 1;
        return bytes;
    }

    private static byte[] Letters(Random random, int length, int letters) =>
        [.. Enumerable.Range(0, length).Select(_ => (byte)('a' + random.Next(letters)))];

    /// <summary>Zeros or another filling with a few other bytes.</summary>
    private static byte[] Filled(Random random, int length)
    {
        byte[] bytes = new byte[length];
        if (random.Next(3) == 0) Array.Fill(bytes, (byte)0xff);
        for (int count = random.Next(1, 5); count > 0; count--)
        {
            int at = random.Next(length);
            random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 20), length - at)));
        }

        bytes[random.Next(length)] = (byte)random.Next(1, 256);
        return bytes;
    }

    /// <summary>Noise and zero pages with needles and pieces of them, some overwritten in the middle, many at borders of pages.</summary>
    private static FakePart Memory(Random random, byte[][] needles, int length, int plants)
    {
        var part = new FakePart(Bytes(random, length));
        for (int page = 0; page < length; page += Page)
        {
            if (random.Next(3) == 0) Array.Clear(part.Bytes, page, Math.Min(Page, length - page));
        }

        for (int plant = 0; plant < plants; plant++)
        {
            byte[] needle = needles[random.Next(needles.Length)];
            int from = random.Next(2) == 0 ? 0 : random.Next(needle.Length),
                size = random.Next(2) == 0 ? needle.Length - from : random.Next(needle.Length - from + 1);
            Plant(part, needle.AsSpan(from, size).ToArray(), random);
        }

        return part;
    }

    private static void Plant(FakePart part, byte[] bytes, Random random)
    {
        int room = part.Bytes.Length - bytes.Length;
        if (room < 0) return;
        int at = random.Next(6) switch
        {
            0 => 0,
            1 => room,
            2 => Math.Clamp(Page * random.Next(4) - random.Next(bytes.Length + 1), 0, room),
            _ => random.Next(room + 1),
        };
        bytes.CopyTo(part.Bytes, at);
        if (random.Next(4) == 0 && bytes.Length > 0) part.Bytes[at + random.Next(bytes.Length)] ^= 0x40;
    }

    private static void AddGaps(FakePart part, Random random)
    {
        int at = 0;
        for (int count = random.Next(3); count > 0; count--)
        {
            int start = at + random.Next(Page), end = start + random.Next(1, 600);
            if (end > part.Bytes.Length) return;
            (random.Next(2) == 0 ? part.Holes : part.Missing).Add((start, end));
            at = end + 1;
        }
    }
}
