using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Evidence;
using Lethe.Evidence.Scan;
using Lethe.Evidence.Scan.Html;

namespace Lethe.Tests.Evidence.Scan;

public sealed class ScanComparisonTests
{
    private const int Space = 64;
    private static readonly string?[] States = [null, "free", "anonymous"];

    [Fact]
    public void A_scan_compared_with_itself_lost_nothing()
    {
        ScanComparison comparison = ScanComparison.Of(SampleScan.Report, SampleScan.Report);
        Assert.All(comparison.Changes, change => Assert.Equal((ChangeKind.Stayed, change.StateBefore), (change.Change, change.StateAfter)));
        Assert.Equal(SampleScan.Report.Hits.Sum(hit => hit.Length), comparison.Bytes(ChangeKind.Stayed));
        Assert.Equal(SampleScan.Report.Hits.Count, comparison.Changes.Sum(change => change.Hits));
    }

    [Fact]
    public void Changes_are_those_that_a_look_at_every_byte_finds() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        ScanReport before = Random(random), after = Random(random);
        ScanComparison comparison = ScanComparison.Of(before, after);
        var expected = new Dictionary<(ChangeKind, bool), int>();
        foreach (bool physical in (bool[])[false, true])
        {
            bool[] first = Bytes(before, physical), second = Bytes(after, physical);
            for (int at = 0; at < first.Length; at++)
            {
                if (!first[at] && !second[at]) continue;
                ChangeKind kind = !first[at] ? ChangeKind.New : second[at] ? ChangeKind.Stayed : ChangeKind.Went;
                expected[(kind, true)] = expected.GetValueOrDefault((kind, true)) + 1;
            }
        }

        return Enum.GetValues<ChangeKind>().All(kind => comparison.Bytes(kind) == expected.GetValueOrDefault((kind, true)))
            && comparison.Changes.Where(change => change.Change != ChangeKind.New).Sum(change => change.Hits) == before.Hits.Count;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(2000)));

    [Fact]
    public void Before_equal_to_after_never_went() => Prop.ForAll<int>(seed =>
    {
        ScanReport report = Random(new Random(seed));
        ScanComparison comparison = ScanComparison.Of(report, report);
        return comparison.Bytes(ChangeKind.Went) == 0
            && comparison.Bytes(ChangeKind.New) == 0
            && comparison.Changes.Sum(change => change.Hits) == report.Hits.Count;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(1000)));

    [Fact]
    public void A_hit_that_lost_its_beginning_stayed_in_part()
    {
        ScanReport before = With(new ScanHit("m", null, 4096, 0, 4096, "canary", "a", 0, true, 100, "anonymous"));
        ScanReport after = With(new ScanHit("m", null, 4112, 16, 4080, "canary", "a", 16, false, 100, "free"));
        Assert.Equal(
            [
                new ScanChange("canary", "a", ChangeKind.Went, "anonymous", null, 0, 16),
                new ScanChange("canary", "a", ChangeKind.Stayed, "anonymous", "free", 1, 4080),
            ],
            ScanComparison.Of(before, after).Changes);
    }

    [Fact]
    public void Two_dumps_of_one_machine_are_the_same_source()
    {
        ScanReport before = With(new ScanHit("before.elf", null, 4096, 0, 32, "canary", "a", 0, true, 100)) with
        {
            Sources = [new("before.elf", "elf-core", 1, 1)],
        };
        ScanReport after = With(new ScanHit("after.elf", null, 4096, 99, 32, "canary", "a", 0, true, 100)) with
        {
            Sources = [new("after.elf", "elf-core", 1, 1)],
        };
        Assert.Equal(32, ScanComparison.Of(before, after).Bytes(ChangeKind.Stayed));
    }

    [Fact]
    public void What_only_one_scan_looked_for_or_at_is_never_clean()
    {
        ScanReport before = SampleScan.Report with { HitsNotListed = 0, Unread = [] };
        Assert.Equal(Verdict.Clean, ScanComparison.Of(before, Gone(before)).Verdict);
        AssertGap(before, Gone(before) with { Patterns = [.. Gone(before).Patterns.Skip(1)] }, "looked for only before: canary a.bin");
        AssertGap(before, Gone(before) with { Sources = [before.Sources[0]] }, "scanned only before: /dev/vdb");
        AssertGap(before, Gone(before) with { Unread = SampleScan.Report.Unread }, "4 KiB in 2 ranges not read by the scan after");
        AssertGap(before with { HitsNotListed = 1 }, Gone(before), "1 hit of the scan before not listed in its report");
        Assert.Equal(Verdict.Residue, ScanComparison.Of(before, before).Verdict);
        Assert.Equal(Verdict.Residue, ScanComparison.Of(Gone(before), before).Verdict);
    }

    [Fact]
    public void The_comparison_s_reports_are_as_approved_and_fit_their_schema()
    {
        ScanReport after = SampleScan.Report with
        {
            Began = SampleScan.Report.Began.AddMinutes(1),
            Hits =
            [
                SampleScan.Report.Hits[2] with { PageState = "page-cache", Length = 32_768 },
                new ScanHit("memory.elf", null, 0x9000, 36864, 1704, "secret", "pem-private-key", 0, true, 60, "anonymous", "sshd 811"),
            ],
            HitsNotListed = 0,
            Unread = [],
            Maps = [SampleScan.Map("memory.elf", 51)],
        };
        ScanComparison comparison = ScanComparison.Of(SampleScan.Report, after);
        JsonNode json = JsonNode.Parse(comparison.ToJson())!;
        Assert.Empty(Schema.Errors(json, Schema.Load("lethe.scan-comparison.1.json")));
        json["changes"]![0]!["change"] = "lost";
        Assert.NotEmpty(Schema.Errors(json, Schema.Load("lethe.scan-comparison.1.json")));
        SampleScan.Approve(comparison.ToJson(), "comparison.json");
        SampleScan.Approve(string.Join('\n', ComparisonText.Lines(comparison)), "comparison.txt");
        SampleScan.Approve(ScanPageTests.WithoutPictures(ComparisonHtml.Write(comparison, SampleScan.Report, after)), "comparison.html");
    }

    private static void AssertGap(ScanReport before, ScanReport after, string gap)
    {
        ScanComparison comparison = ScanComparison.Of(before, after);
        Assert.Contains(gap, comparison.Gaps.Select(text => text.Replace("canary a.bin and 3 more patterns", "canary a.bin")));
        Assert.Equal(Verdict.Inconclusive, comparison.Verdict);
        Assert.Contains(gap, ComparisonText.Lines(comparison));
        Assert.Contains(gap, ComparisonHtml.Write(comparison, before, after));
    }

    private static ScanReport Gone(ScanReport report) =>
        report with
        {
            Hits = [],
            Summary = [],
            Patterns = [.. report.Patterns.Select(pattern => pattern with { Hits = 0, Bytes = 0 })],
        };

    private static ScanReport With(params ScanHit[] hits) =>
        SampleScan.Report with
        {
            Sources = [new("m", "raw", 1, 1)],
            Patterns = [new("canary", "a", 4096, 1, 4096)],
            Hits = hits,
            Summary = [],
            HitsNotListed = 0,
            Unread = [],
            Maps = [],
        };

    private static ScanReport Random(Random random) => With([.. Enumerable.Range(0, random.Next(12)).Select(_ =>
    {
        int start = random.Next(Space), length = random.Next(1, 12);
        return new ScanHit(
            "m",
            null,
            random.Next(2) == 0 ? (ulong)start : null,
            start,
            length,
            "canary",
            "a",
            0,
            true,
            100,
            States[random.Next(States.Length)]
        );
    })]);

    private static bool[] Bytes(ScanReport report, bool physical)
    {
        bool[] bytes = new bool[Space + 12];
        foreach (ScanHit hit in report.Hits.Where(hit => hit.Physical is not null == physical))
            bytes.AsSpan((int)hit.Offset, (int)hit.Length).Fill(true);
        return bytes;
    }
}
