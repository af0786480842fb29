using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Canaries;
using Lethe.Scanning.Canaries;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Search;
using Lethe.Scanning.Secrets;
using Lethe.Scanning.Sources;
using Lethe.Tests.Scanning.Sources;

namespace Lethe.Tests.Scanning.Search;

public sealed class ScannerTests
{
    private const int Page = 4096;

    private static readonly byte[] Needle = "0123456789abcdefghijklmnopqrstuv"u8.ToArray();

    [Fact]
    public void Hits_come_in_order_with_their_parts_and_counts_are_exact_beyond_those_kept() => Prop.ForAll<int, bool>((seed, twoJobs) =>
    {
        var random = new Random(seed);
        FakePart[] parts = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => RandomPart(random, random.Next(3 * Page)))];
        int kept = random.Next(20);
        var options = new ScanOptions { Jobs = twoJobs ? 2 : 1, PieceBytes = Page, BlockBytes = Page, KeptMatches = kept };
        ScanResult result = Scan([Detector()], options, new FakeSource(seed, 2000, parts));
        (int Part, Match Match)[] expected =
        [
            .. parts.SelectMany((part, number) => NaiveSearch.WithPieces(part, [Needle], 16).Select(match => (number, match))),
        ];
        Assert.Equal(expected.Length, result.Matches);
        Assert.Equal(expected.Count(found => found.Match.Length == Needle.Length), result.Counts.GetValueOrDefault(0)?.Whole ?? 0);
        Assert.Equal(Math.Min(kept, expected.Length), result.Hits.Count);
        if (!twoJobs) Assert.Equal(expected.Take(kept), result.Hits.Select(hit => (hit.PartNumber, hit.Match)));
        Assert.All(result.Hits, hit => Assert.Contains((hit.PartNumber, hit.Match), expected));
        Assert.Equal(parts.Sum(part => part.Shown().Sum(range => (long)range.End - range.Start)), result.BytesRead);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(200)));

    [Fact]
    public void What_is_missing_is_told_once_and_the_rest_is_searched()
    {
        var part = new FakePart(new byte[5 * Page]);
        part.Missing.Add((Page - 10, 3 * Page + 20));
        Needle.CopyTo(part.Bytes, Page - 10 - Needle.Length);
        Needle.CopyTo(part.Bytes, 3 * Page + 20);
        ScanResult result = Scan([Detector()], new ScanOptions { Jobs = 2, PieceBytes = Page }, new FakeSource(1, 700, part));
        Assert.Equal([Page - 10 - Needle.Length, 3 * Page + 20], result.Hits.Select(hit => (int)hit.Match.Position));
        Assert.Equal(2 * Page + 30, result.UnreadBytes);
        Assert.Equal(2 * Page + 30, result.Unread.Sum(range => range.Bytes));
        Assert.All(result.Unread, range => Assert.Equal("Input/output error", range.Why));
        Assert.False(result.Complete);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_source_that_breaks_off_is_searched_as_far_as_it_goes(int jobs)
    {
        var part = new FakePart([.. Needle, .. new byte[3 * Page]]);
        var source = new FakeSource(1, 100, part) { PartsFailure = new SourceException("the header is damaged") };
        ScanResult result = Scan([Detector()], new ScanOptions { Jobs = jobs }, source);
        Assert.Single(result.Hits);
        Assert.Equal(new MissedRange(null, 0, 0, "the header is damaged"), Assert.Single(result.Unread));

        source = new FakeSource(1, 100, part) { ReaderFailure = (2 * Page, new IOException("gone")) };
        result = Scan([Detector()], new ScanOptions { Jobs = jobs }, source);
        Assert.Single(result.Hits);
        Assert.Equal("gone", Assert.Single(result.Unread).Why);
        Assert.InRange(result.UnreadBytes, Page + Needle.Length - 100, Page + Needle.Length);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x1000_0200UL)]
    public void Where_a_page_begins_like_a_kernels_note_is_told_once(ulong address)
    {
        byte[] note = "\u000b\0\0\0\u0010\0\0\0\0\0\0\0VMCOREINFO\0\0OSRELEASE=6.1.0\n"u8.ToArray();
        var part = new FakePart(new byte[9 * Page], address);
        int first = (int)(-(long)address & (Page - 1));
        foreach (int page in (int[])[1, 4, 7]) note.CopyTo(part.Bytes, first + page * Page);
        // In the middle of a page there is none.
        note.CopyTo(part.Bytes, first + 5 * Page + 64);
        foreach (long pieceBytes in (long[])[Page, 3 * Page, 64 * Page])
        {
            ScanResult result = Scan([Detector()], new ScanOptions { Jobs = 2, PieceBytes = pieceBytes }, new FakeSource(1, 1 << 20, part));
            Assert.Equal([first + Page, first + 4 * Page, first + 7 * Page], result.KernelNotes.Select(place => place.Offset).Order());
        }
    }

    [Fact]
    public void What_a_source_does_not_understand_makes_a_scan_incomplete()
    {
        var source = new FakeSource(1, 100, new FakePart([.. Needle]))
        {
            SaidDefects = ["a segment lies outside any file", "a header is not there"],
        };
        ScanResult result = Scan([Detector()], source);
        Assert.Single(result.Hits);
        Assert.Equal(source.Defects, result.Unread.Select(range => range.Why));
        Assert.All(result.Unread, range => Assert.Null(range.Part));
        Assert.False(result.Complete);
    }

    /// <summary>The end of a stream shows in reading only; so does that it breaks off.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_stream_of_unknown_length_is_searched_to_its_end(int jobs)
    {
        byte[] memory = [.. new byte[5 * Page], .. Needle, .. new byte[100], .. Needle];
        using Source source = SourceOpener.OpenStream("-", TreeTests.Stream(memory), raw: false);
        ScanResult result = Scan([Detector()], new ScanOptions { Jobs = jobs, PieceBytes = Page }, source);
        Assert.Equal([5 * Page, 5 * Page + Needle.Length + 100L], result.Hits.Select(hit => hit.Match.Position));
        Assert.Equal(memory.Length, result.BytesRead);
        Assert.True(result.Complete);

        var failing = new UnknownLength(memory);
        result = Scan([Detector()], new ScanOptions { Jobs = jobs }, failing);
        Assert.Equal(2, result.Matches);
        Assert.Equal(new MissedRange(result.Hits[0].Part, memory.Length, 0, "the pipe broke"), Assert.Single(result.Unread));
    }

    /// <summary>A segment that says it has 2^62 bytes would be billions of pieces, of which none is there.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_image_that_lies_about_its_length_is_searched_as_far_as_it_goes(int jobs)
    {
        SortedDictionary<long, byte[]> memory = Images.Memory(40);
        Needle.CopyTo(memory.Last().Value, Page - Needle.Length);
        byte[] image = Images.Elf(memory, physical: true);
        const long Lie = 1L << 50;
        const int LastSegment = 64 + 64 + 56;
        BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(LastSegment + 32), Lie);
        using Source source = SourceOpener.Recognise("image", new MemoryStorage(image));
        ScanResult result = Scan([Detector()], new ScanOptions { Jobs = jobs, PieceBytes = Page }, source);
        Assert.Single(result.Hits);
        Assert.All(result.Unread, range => Assert.Equal("the file ends before", range.Why));
        Assert.Equal(Lie - 20 * Page, result.UnreadBytes);
        Assert.Equal(Lie - 20 * Page, result.Unread.Sum(range => range.Bytes));
    }

    /// <summary>A window that ends in a key shows it cut off, the next one whole.</summary>
    [Fact]
    public void A_key_across_borders_is_told_once_and_whole()
    {
        using var rsa = RSA.Create(2048);
        byte[] key = Encoding.ASCII.GetBytes(rsa.ExportRSAPrivateKeyPem());
        var random = new Random(7);
        for (int place = Page - key.Length - 40; place < Page + 40; place += 23)
        {
            byte[] memory = new byte[6 * Page];
            memory.AsSpan().Fill((byte)'.');
            // Across borders of a block only, of a piece, and of stretches everywhere.
            int[] places = [place, 2 * Page + place];
            foreach (int at in places) key.CopyTo(memory, at);
            var options = new ScanOptions { Jobs = random.Next(1, 3), PieceBytes = 2 * Page, BlockBytes = Page };
            ScanResult result = Scan(
                [new AnchoredSecrets()],
                options,
                new FakeSource(place, random.Next(2) == 0 ? 6 * Page : 3000, new FakePart(memory))
            );
            Assert.Equal(places, result.Hits.Select(hit => (int)hit.Match.Position));
            Assert.All(result.Hits, hit =>
                Assert.Equal(
                    ("rsa-private-key-pem", key.Length, (byte)100),
                    (result.Patterns[hit.Match.Pattern].Id, hit.Match.Length, hit.Match.Confidence)
                )
            );
            Assert.Equal(2, result.Matches);
        }
    }

    /// <summary>What was cut off at its beginning is less sure than what was seen whole.</summary>
    [Fact]
    public void Of_matches_that_overlap_the_surest_stays_or_the_earliest()
    {
        var settling = new MatchSettling([new Pattern("secret", "x", 0)]);
        List<Match> matches =
        [
            new(0, 20, 50, 0, 90),
            new(0, 0, 30, 0, 60),
            new(0, 20, 30, 0, 60),
            new(0, 40, 60, 0, 90),
            new(0, 100, 5, 0, 50),
        ];
        Assert.Equal([new(0, 20, 50, 0, 90), new(0, 100, 5, 0, 50)], settling.Settle(matches, 200));
        Assert.Empty(matches);
        matches = [new(0, 104, 30, 0, 100), new(0, 190, 20, 0, 60)];
        Assert.Empty(settling.Settle(matches, 200));
        matches.Add(new(0, 190, 40, 0, 100));
        Assert.Equal([new(0, 190, 40, 0, 100)], settling.Settle(matches, 300));
    }

    [Fact]
    public void Any_other_failure_reaches_the_caller()
    {
        var source = new FakeSource(1, 100, new FakePart(new byte[Page]), new FakePart(new byte[Page]))
        {
            ReaderFailure = (0, new InvalidOperationException("a mistake")),
        };
        Assert.Throws<InvalidOperationException>(() => Scan([Detector()], new ScanOptions { Jobs = 2 }, source));
    }

    [Fact]
    public void A_scan_can_be_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var options = new ScanOptions { Jobs = 2, PieceBytes = Page, Progress = read => { if (read > 10 * Page) stop.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() =>
            new Scanner([Detector()], options).Scan(new FakeSource(1, 100, new FakePart(new byte[100 * Page])), stop.Token)
        );
    }

    [Fact]
    public void Residue_is_told_with_how_much_of_each_file_there_is()
    {
        var random = new Random(6);
        byte[] first = new byte[20_000], second = new byte[3000], memory = new byte[64 * 1024];
        random.NextBytes(first);
        random.NextBytes(second);
        random.NextBytes(memory);
        first.AsSpan(1000, 500).CopyTo(memory.AsSpan(77));
        first.AsSpan(1400, 700).CopyTo(memory.AsSpan(9001));
        first.AsSpan(19_936).CopyTo(memory.AsSpan(20_003));
        second.AsSpan(100, 63).CopyTo(memory.AsSpan(30_000));
        memory.AsSpan(29_999, 1).Fill((byte)~second[99]);
        memory.AsSpan(30_063, 1).Fill((byte)~second[163]);
        (string, ReadOnlyMemory<byte>)[] files = [("first", first), ("zero", new byte[5000]), ("second", second), ("empty", default)];
        NeedleDetector detector = ResidueDetector.For(files, out IReadOnlyList<string> passedOver)!;
        Assert.Equal(["zero", "empty"], passedOver);
        ScanResult result = Scan(
            [detector],
            new ScanOptions { PieceBytes = Page, BlockBytes = Page },
            new FakeSource(1, 5000, new FakePart(memory))
        );
        Assert.Equal(3, result.Matches);
        Coverage coverage = result.Counts[0].Coverage;
        Assert.InRange(coverage.Bytes, 1100 + 64, 1100 + 64 + 4);
        Assert.Equal(2, coverage.Ranges.Count);
        Assert.False(result.Counts.ContainsKey(1));
    }

    [Fact]
    public void Coverage_is_what_a_bit_for_each_byte_says() => Prop.ForAll<(byte, byte)[]>(ranges =>
    {
        var coverage = new Coverage();
        bool[] bits = new bool[600];
        foreach ((byte start, byte length) in ranges)
        {
            coverage.Add(start, start + length + 1);
            Array.Fill(bits, true, start, length + 1);
        }

        Assert.Equal(bits.Count(bit => bit), coverage.Bytes);
        Assert.Equal(bits.Select((bit, at) => bit && (at == 0 || !bits[at - 1])).Count(begin => begin), coverage.Ranges.Count);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(2000)));

    [Fact]
    public void A_regular_expression_is_matched_over_bytes_and_borders()
    {
        byte[] memory = new byte[8 * Page];
        for (int at = 0; at < memory.Length; at++) memory[at] = (byte)'.';
        int[] places = [0, Page - 3, 2 * Page, 4 * Page - 11, memory.Length - 6];
        foreach (int place in places) "key=\u00ff7"u8[..4].CopyTo(memory.AsSpan(place));
        foreach (int place in places) (memory[place + 4], memory[place + 5]) = (0xff, (byte)'7');
        var options = new ScanOptions { PieceBytes = 2 * Page, BlockBytes = Page };
        ScanResult result = Scan([new RegexDetector(@"key=\xff[0-9]+")], options, new FakeSource(1, 3000, new FakePart(memory)));
        Assert.Equal(places, result.Hits.Select(hit => (int)hit.Match.Position));
        Assert.All(result.Hits, hit => Assert.Equal(6, hit.Match.Length));
        Assert.Equal(5, result.Matches);
    }

    [Fact]
    public void A_regular_expression_that_blows_up_is_given_up_and_told()
    {
        byte[] memory = [.. Enumerable.Repeat((byte)'a', 300 * Page)];
        var detector = new RegexDetector(@"(?=((a|aa)+)[^a])a", TimeSpan.FromMilliseconds(5));
        ScanResult result = Scan(
            [detector],
            new ScanOptions { Jobs = 1, BlockBytes = Page },
            new FakeSource(1, 1 << 20, new FakePart(memory))
        );
        Assert.Equal(0, result.Matches);
        Assert.True(result.UnreadBytes > 200 * Page);
        Assert.Throws<System.Text.RegularExpressions.RegexParseException>(() => new RegexDetector("(a"));
    }

    [Fact]
    public void Texts_are_found_in_both_forms_and_hexadecimal_digits_as_bytes()
    {
        byte[] memory = [.. "x"u8, .. "späte Ernte"u8, .. "y"u8, .. Encoding.Unicode.GetBytes("späte Ernte"), 0xde, 0xad, 0xbe, 0xef];
        var detector = new NeedleDetector([.. NeedleForms.Text("späte Ernte"), NeedleForms.Hex("0xDE:AD be ef")]);
        ScanResult result = Scan([detector], new FakeSource(1, 7, new FakePart(memory)));
        Assert.Equal([(0, 1L), (1, 14L), (2, 36L)], result.Hits.Select(hit => (hit.Match.Pattern, hit.Match.Position)));
        Assert.Throws<ArgumentException>(() => NeedleForms.Hex("abc"));
        Assert.Throws<ArgumentException>(() => NeedleForms.Hex(""));
    }

    /// <summary>The canary of <c>lethe prove</c> is found as by looking at every byte offset.</summary>
    [Theory]
    [InlineData(CanaryForm.Binary)]
    [InlineData(CanaryForm.Text)]
    public void A_canary_is_found_at_every_byte_offset(CanaryForm form) => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var canary = new Canary((ulong)random.NextInt64() | 1UL << 63, form);
        byte[] memory = new byte[4 * Page + random.Next(Page)];
        random.NextBytes(memory);
        const int Planted = 6000 / 16 * 16;
        for (int copy = random.Next(4); copy > 0; copy--) canary.Fill(memory.AsSpan(random.Next(memory.Length - Planted), Planted));
        for (int hole = random.Next(4); hole > 0; hole--) memory[random.Next(memory.Length)] ^= 1;
        byte[] plant = new byte[Planted];
        canary.Fill(plant);
        var words = Enumerable
            .Range(0, Planted / canary.WordSize)
            .ToDictionary(word => Convert.ToHexString(plant, word * canary.WordSize, canary.WordSize));
        int[] expected =
        [
            .. Enumerable
                .Range(0, memory.Length - canary.WordSize + 1)
                .Select(at => words.GetValueOrDefault(Convert.ToHexString(memory, at, canary.WordSize), -1))
                .Where(word => word >= 0),
        ];
        var options = new ScanOptions { PieceBytes = Page, BlockBytes = Page };
        ScanResult result = Scan([new CanaryDetector(canary, "c", Planted)], options, new FakeSource(seed, 3000, new FakePart(memory)));
        PatternCount? count = result.Counts.GetValueOrDefault(0);
        Assert.Equal(expected.Length * (long)canary.WordSize, count?.Bytes ?? 0);
        Assert.Equal(expected.Distinct().Count() * (long)canary.WordSize, count?.Coverage.Bytes ?? 0);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(300)));

    [Fact]
    public void Patterns_of_all_detectors_are_numbered_together()
    {
        var other = new NeedleDetector([new Needle("hex", "seven", new byte[] { 1, 2, 3, 4, 5, 6, 7 }), new Needle("hex", "text", Needle)]);
        ScanResult result = Scan([Detector(), other], new FakeSource(1, 100, new FakePart([9, 1, 2, 3, 4, 5, 6, 7, .. Needle])));
        Assert.Equal([1, 0, 2], result.Hits.Select(hit => hit.Match.Pattern));
        Assert.Equal(["needle", "seven", "text"], result.Patterns.Select(pattern => pattern.Id));
    }

    /// <summary>A stream that breaks off.</summary>
    private sealed class UnknownLength(byte[] bytes) : Source
    {
        public override string Name => "-";

        public override string Form => "raw";

        public override long? TotalBytes => null;

        public override IEnumerable<Part> Parts() => [new Part(0, Part.UnknownLength) { Seekable = false }];

        public override IPartReader Open(Part part, long from) => new Reader(bytes);

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Reader(byte[] bytes) : IPartReader
        {
            private int turn;

            public bool Next(out Stretch stretch)
            {
                stretch =
                    turn == 0
                        ? new Stretch { At = 0, Bytes = bytes }
                        : new Stretch { At = bytes.Length, MissingBecause = "the pipe broke" };
                return turn++ < 2;
            }

            public void Dispose()
            {
            }
        }
    }

    private static ScanResult Scan(IReadOnlyList<IDetector> detectors, Source source) => Scan(detectors, null, source);

    private static ScanResult Scan(IReadOnlyList<IDetector> detectors, ScanOptions? options, Source source) =>
        new Scanner(detectors, options).Scan(source, TestContext.Current.CancellationToken);

    private static NeedleDetector Detector() => new([new Needle("text", "needle", Needle)]);

    private static FakePart RandomPart(Random random, int length)
    {
        var part = new FakePart(new byte[length], random.Next(2) == 0 ? null : (ulong)random.Next(Page), random.Next(3) > 0);
        for (int at = random.Next(100); at + Needle.Length <= length; at += Needle.Length + random.Next(700)) Needle.CopyTo(part.Bytes, at);
        if (length > 2000) part.Holes.Add((1000, 1000 + random.Next(1, 900)));
        return part;
    }
}
