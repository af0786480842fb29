using System.Collections;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Evidence;
using Lethe.Evidence.Scan;

namespace Lethe.Tests.Evidence.Scan;

public sealed class ScanJsonTests
{
    [Fact]
    public void The_json_is_as_approved() => SampleScan.Approve(ScanJson.Write(SampleScan.Report), "scan.json");

    [Theory]
    [MemberData(nameof(Reports))]
    public void The_json_fits_its_schema(ScanReport report) =>
        Assert.Empty(Schema.Errors(JsonNode.Parse(ScanJson.Write(report)), Schema.Load("lethe.scan.1.json")));

    public static TheoryData<ScanReport> Reports() => [SampleScan.Report, SampleScan.Clean];

    [Fact]
    public void What_is_wrong_does_not_fit_the_schema()
    {
        AssertUnfit(json => json["hits"]![0]!["physical"] = "1f3a2040");
        AssertUnfit(json => json["hits"]![0]!["confidence"] = JsonNode.Parse("101"));
        AssertUnfit(json => json["hits"]![0]!["pageState"] = "fine");
        AssertUnfit(json => ((JsonObject)json["summary"]![0]!).Remove("bytes"));
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void What_was_written_is_read_back(ScanReport report) =>
        Assert.Equal(ScanJson.Write(report), ScanJson.Write(Read(ScanJson.Write(report))));

    [Fact]
    public void Any_hit_is_read_back() => Prop.ForAll<ulong, NonNegativeInt, string>((physical, offset, name) =>
    {
        bool known = offset.Get % 2 == 0;
        var hit = new ScanHit(
            "a",
            name,
            known ? physical : null,
            offset.Get,
            1,
            "canary",
            "a",
            0,
            true,
            offset.Get % 101,
            name,
            name,
            known ? name : null
        );
        if (physical == ulong.MaxValue) return true;
        // Half a surrogate pair is no text, and becomes a mark in its place.
        string read = name is null ? "" : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name));
        ScanHit back = Read(ScanJson.Write(SampleScan.Report with { Hits = [hit] })).Hits[0];
        return back == hit || back == hit with { Part = read, PageState = read, Owner = read, Text = known ? read : null };
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Unknown_fields_are_passed_over()
    {
        JsonNode json = JsonNode.Parse(ScanJson.Write(SampleScan.Report))!;
        json["later"] = JsonNode.Parse("""{"a":[1,{"b":[null,"]"]}],"c":true}""");
        json["hits"]![0]!["later"] = JsonNode.Parse("""[{"a":1}]""");
        Assert.Equal(ScanJson.Write(SampleScan.Report), ScanJson.Write(Read(json.ToJsonString())));
    }

    [Theory]
    [InlineData("", "does not contain any JSON")]
    [InlineData("{\"schema\":\"lethe.scan/1\"", "Expected")]
    [InlineData("{\"schema\":\"lethe.scan/1\",\"\\ud800\":1}", "no text")]
    [InlineData("[]", "not an object")]
    [InlineData("{}", "lacks began")]
    [InlineData("""{"hits":[]}""", "does not begin with its schema")]
    [InlineData("""{"schema":"lethe.prove/1"}""", "lethe.prove/1, not lethe.scan/1")]
    [InlineData("""{"schema":"lethe.scan/1","hits":[null]}""", "null")]
    [InlineData("""{"schema":"lethe.scan/1","hits":{}}""", "not an array")]
    [InlineData("""{"schema":"lethe.scan/1","hits":[],"hits":[]}""", "twice")]
    [InlineData("""{"schema":"lethe.scan/1","durationMs":-1}""", "below 0")]
    [InlineData(
        """{"schema":"lethe.scan/1","unread":[{"source":"a","part":null,"offset":9223372036854775807,"length":1,"because":""}]}""",
        "contradicts itself"
    )]
    [InlineData(
        """{"schema":"lethe.scan/1","maps":[{"source":"a","pagesPerCell":1,"states":"AAAA","names":["free"],"residue":[0]}]}""",
        "contradicts itself"
    )]
    [InlineData(
        """{"schema":"lethe.scan/1","maps":[{"source":"a","pagesPerCell":1,"states":"Aw==","names":["free"],"residue":[0]}]}""",
        "contradicts itself"
    )]
    [InlineData("""{"schema":"\u001b[31m"}""", "\\u{1b}[31m")]
    public void What_is_no_report_is_refused(string json, string because) =>
        Assert.Contains(because, Assert.Throws<EvidenceException>(() => Read(json)).Message);

    [Fact]
    public void Every_beginning_of_a_report_is_refused()
    {
        byte[] whole = Encoding.UTF8.GetBytes(ScanJson.Write(SampleScan.Report));
        for (int length = 0; length < whole.Length - 2; length += 7)
            Assert.Throws<EvidenceException>(() => ScanJson.Read(new MemoryStream(whole, 0, length), "cut"));
        Assert.Throws<EvidenceException>(() => ScanJson.Read(new MemoryStream([.. whole, (byte)'{']), "long"));
    }

    [Fact]
    public void Values_longer_than_any_is_are_refused()
    {
        string longName = ScanJson.Write(SampleScan.Report with { Version = new string('a', 1 << 20) });
        Assert.Contains("longer than", Assert.Throws<EvidenceException>(() => Read(longName)).Message);
        string deep = $$"""{"schema":"lethe.scan/1","later":{{new string('[', 1000)}}""";
        Assert.Throws<EvidenceException>(() => Read(deep));
    }

    [Fact]
    public void Many_hits_are_written_and_read_in_little_memory()
    {
        const int Count = 200_000;
        using var file = new FileStream(
            Path.GetTempFileName(),
            FileMode.Open,
            FileAccess.ReadWrite,
            FileShare.None,
            1,
            FileOptions.DeleteOnClose
        );
        var stream = new LargestWrite(file);
        ScanJson.Write(SampleScan.Report with { Hits = new Repeated(Count) }, stream);
        Assert.True(stream.Largest < 1 << 20);
        file.Position = 0;
        ScanReport report = ScanJson.Read(file, "many");
        Assert.Equal(Count, report.Hits.Count);
        Assert.Equal(Repeated.Hit(Count - 1), report.Hits[^1]);
        Assert.Same(report.Hits[0].Source, report.Hits[^1].Source);
    }

    private static void AssertUnfit(Action<JsonNode> change)
    {
        JsonNode json = JsonNode.Parse(ScanJson.Write(SampleScan.Report))!;
        change(json);
        Assert.NotEmpty(Schema.Errors(json, Schema.Load("lethe.scan.1.json")));
    }

    private static ScanReport Read(string json) => ScanJson.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), "report.json");

    private sealed class Repeated(int count) : IReadOnlyList<ScanHit>
    {
        public int Count { get; } = count;

        public ScanHit this[int index] => Hit(index);

        public static ScanHit Hit(int index) =>
            new("memory.elf", null, (ulong)index * 4096, index * 4096L, 32, "canary", "a.bin", 0, true, 100, "free", "bash 1234");

        public IEnumerator<ScanHit> GetEnumerator() => Enumerable.Range(0, Count).Select(Hit).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class LargestWrite(Stream inner) : MemoryStream
    {
        public int Largest { get; private set; }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Largest = Math.Max(Largest, buffer.Length);
            inner.Write(buffer);
        }

        public override void WriteByte(byte value) => Write([value]);
    }
}
