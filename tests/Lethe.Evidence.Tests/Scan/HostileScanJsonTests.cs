using System.Text;
using Lethe.Evidence;
using Lethe.Evidence.Scan;
using Lethe.Evidence.Scan.Html;

namespace Lethe.Tests.Evidence.Scan;

/// <summary>
/// A report that is compared may come from anybody: nothing in it may crash its reader or make it take memory without bound.
/// </summary>
public sealed class HostileScanJsonTests
{
    private static readonly int Cases = Trials.Of(100_000);
    private const long MostBytesACase = 512 << 10;

    private static readonly string[] Fragments =
    [
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "null",
        "-1",
        "1e999",
        "\\u0000",
        "\\ud800",
        "\"hits\":[",
        "\"0xffffffffffffffff\"",
        "\"0x\"",
        "ÿ",
        "\"AAAA\"",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "9223372036854775807",
        "99999999999999999999",
        "\"schema\":\"lethe.scan/1\",",
        "{\"a\":",
    ];

    [Fact]
    public void Broken_reports_do_no_harm()
    {
        byte[] whole = Encoding.UTF8.GetBytes(
            ScanJson.Write(SampleScan.Report with { Maps = [new PageMap("m", 1, [0, 255], ["free"], [1, 0])] })
        );
        long read = 0;
        Parallel.For(0, 100, part =>
        {
            var random = Trials.Random(20261122 + part);
            for (int test = 0; test < Cases / 100; test++)
            {
                byte[] broken = Broken(whole, random);
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    ScanReport report = ScanJson.Read(new MemoryStream(broken), "broken");
                    Interlocked.Increment(ref read);
                    Assert.All(report.Hits, hit => Assert.True(hit.Offset >= 0 && hit.Length >= 0));
                }
                catch (EvidenceException)
                {
                    // A refusal is an answer.
                }

                Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytesACase);
            }
        });
        // Some changes do no harm: were none read, the cases would test nothing behind the first check.
        Assert.NotEqual(0, read);
    }

    [Fact]
    public void What_is_read_can_be_shown_whatever_its_numbers_are()
    {
        var random = Trials.Random(20261122);
        long[] numbers = [0, 1, 4096, long.MaxValue / 2, long.MaxValue];
        long Number() => numbers[random.Next(numbers.Length)];
        for (int test = 0; test < 2000; test++)
        {
            ScanReport Report() => SampleScan.Report with
            {
                DurationMs = Number(),
                HitsNotListed = Number(),
                Sources = [new("a", "raw", Number(), Number()), new("b", "raw", Number(), Number())],
                Patterns = [new("canary", "a", Number(), Number(), Number(), Number()), new("secret", "b", Number(), Number(), Number())],
                Hits = [Hit(), Hit(), Hit(), Hit()],
                Summary = [new("canary", "a", "free", Number(), Number()), new("canary", "a", null, Number(), Number())],
                Unread = [new("a", null, 0, Number(), ""), new("a", null, 0, Number(), "")],
                Maps = [],
            };
            ScanHit Hit() =>
                new(
                    "a",
                    null,
                    random.Next(2) == 0 ? (ulong)Number() : null,
                    random.Next(3),
                    long.MaxValue - random.Next(3, 5),
                    "canary",
                    "a",
                    Number(),
                    true,
                    1
                );
            string json = ScanJson.Write(Report());
            ScanReport before = ScanJson.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), "a"), after = Report();
            ScanComparison comparison = ScanComparison.Of(before, after);
            Assert.NotEmpty(ComparisonText.Lines(comparison));
            Assert.NotEmpty(ComparisonHtml.Write(comparison, before, after));
            Assert.NotEmpty(ScanText.Lines(before));
            Assert.NotEmpty(ScanHtml.Write(before));
            ScanSarif.Write(before, Stream.Null);
        }
    }

    private static byte[] Broken(byte[] whole, Random random)
    {
        // Most are cut, many of them early: a million whole ones would take minutes.
        int length = random.Next(8) switch { 0 => whole.Length, 1 => random.Next(whole.Length), _ => random.Next(whole.Length / 4) };
        byte[] text = [.. whole.AsSpan(0, length)];
        for (int change = random.Next(0, 4); change > 0 && text.Length > 0; change--)
        {
            int at = random.Next(text.Length);
            if (random.Next(2) == 0) text[at] = (byte)random.Next(256);
            else text = [.. text.AsSpan(0, at), .. Encoding.UTF8.GetBytes(Fragments[random.Next(Fragments.Length)]), .. text.AsSpan(at)];
        }

        return text;
    }
}
