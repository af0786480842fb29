using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lethe.Evidence;
using Lethe.Evidence.Scan;
using Lethe.Evidence.Scan.Html;

namespace Lethe.Tests.Evidence.Scan;

public sealed class ScanPageTests
{
    [Fact]
    public void The_page_is_as_approved() => SampleScan.Approve(WithoutPictures(ScanHtml.Write(SampleScan.Report)), "scan.html");

    [Fact]
    public void The_sarif_is_as_approved() => SampleScan.Approve(Sarif(SampleScan.Report), "scan.sarif");

    [Fact]
    public void The_text_is_as_approved() => SampleScan.Approve(string.Join('\n', ScanText.Lines(SampleScan.Report)), "scan.txt");

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_is_self_contained_and_escapes_what_it_shows(string page)
    {
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("http:", page);
        Assert.DoesNotContain("https:", page);
        Assert.DoesNotContain("\u001b", page);
        Assert.DoesNotContain("\u202e", page);
        Assert.DoesNotContain("\r", page);
        Assert.Contains("&lt;script&gt;", page);
        Assert.Contains("default-src 'none'", page);
        // All that is in an attribute is quoted: nothing untrusted can end one.
        Assert.DoesNotContain("alert(1)\"", page);
    }

    public static TheoryData<string> Pages()
    {
        ScanComparison comparison = ScanComparison.Of(SampleScan.Dressed, SampleScan.Dressed);
        return [ScanHtml.Write(SampleScan.Dressed), ComparisonHtml.Write(comparison, SampleScan.Dressed, SampleScan.Dressed)];
    }

    [Fact]
    public void Every_tag_that_needs_it_is_closed()
    {
        foreach (
            string page in (string[])
                [ScanHtml.Write(SampleScan.Report), ScanHtml.Write(SampleScan.Dressed), ScanHtml.Write(SampleScan.Clean)]
        )
            foreach (string tag in (string[])["div", "table", "figure", "figcaption", "ul", "p", "h1", "h2", "span"])
                Assert.Equal(Regex.Count(page, $"<{tag}[ >]"), Regex.Count(page, $"</{tag}>"));
    }

    [Fact]
    public void Lines_and_sarif_and_json_hold_nothing_that_a_terminal_obeys()
    {
        ScanComparison comparison = ScanComparison.Of(SampleScan.Dressed, SampleScan.Clean);
        string[] texts =
        [
            .. ScanText.Lines(SampleScan.Dressed),
            ScanText.Headline(SampleScan.Dressed),
            .. ComparisonText.Lines(comparison),
        ];
        Assert.All(texts, line => Assert.DoesNotContain(line, IsUnsafe));
        foreach (string document in (string[])[ScanJson.Write(SampleScan.Dressed), Sarif(SampleScan.Dressed), comparison.ToJson()])
        {
            Assert.DoesNotContain(document, letter => letter != '\n' && IsUnsafe(letter));
            Assert.NotNull(JsonNode.Parse(document));
        }
    }

    [Fact]
    public void A_file_of_any_name_has_a_uri()
    {
        string Of(string name) =>
            (string)
                JsonNode.Parse(Sarif(SampleScan.Report with { Hits = [SampleScan.Report.Hits[0] with { Source = name }] }))!["runs"]![0]![
                    "results"
                ]![0]!["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uri"]!;
        Assert.Equal("memory%20dump.elf", Of("memory dump.elf"));
        Assert.Equal("file:///dev/vdb", Of("/dev/vdb"));
        Assert.Equal("a%3Ab/c%23", Of("a:b/c#"));
        Assert.Equal("pid:123", Of("pid:123"));
        Assert.Equal("kcore:", Of("kcore:"));
        Assert.True(Uri.TryCreate(Of(SampleScan.Hostile), UriKind.RelativeOrAbsolute, out _));
    }

    [Fact]
    public void Sarif_has_a_limit_and_says_so()
    {
        ScanHit[] hits = [.. Enumerable.Repeat(SampleScan.Report.Hits[0], ScanSarif.MostResults + 5)];
        JsonNode run = JsonNode.Parse(Sarif(SampleScan.Report with { Hits = hits, HitsNotListed = 7 }))!["runs"]![0]!;
        Assert.Equal(ScanSarif.MostResults, ((JsonArray)run["results"]!).Count);
        Assert.Equal(
            "12 further hits not listed here",
            (string)run["invocations"]![0]!["toolExecutionNotifications"]![0]!["message"]!["text"]!
        );
    }

    [Fact]
    public void A_page_lists_the_first_hits_and_says_how_many_there_are()
    {
        ScanHit[] hits = [.. Enumerable.Repeat(SampleScan.Report.Hits[0], 2500)];
        string page = ScanHtml.Write(SampleScan.Report with { Hits = hits, HitsNotListed = 7 });
        Assert.Contains("The first 1,000 of 2,507 hits; the JSON report lists 2,500.", page);
        Assert.Equal(1000, Regex.Count(page, "0x1f3a2040"));
    }

    [Fact]
    public void Many_patterns_that_are_not_found_are_folded_away_and_all_named()
    {
        ScannedPattern[] missing =
        [
            .. Enumerable.Range(0, 60).Select(number => new ScannedPattern("secret", $"token-{number}-{(char)60}b>", 0, 0, 0)),
        ];
        string page = ScanHtml.Write(
            SampleScan.Report with
            {
                Patterns = [.. SampleScan.Report.Patterns.Where(pattern => pattern.Hits > 0), .. missing],
            }
        );
        Assert.Contains("60 patterns not found</summary>", page);
        Assert.DoesNotContain("not found<td", page);
        Assert.All(Enumerable.Range(0, 60), number => Assert.Contains($"secret token-{number}-&lt;b&gt;", page));
        Assert.All(SampleScan.Report.Patterns.Where(pattern => pattern.Hits > 0), pattern =>
            Assert.Contains($"<tr><td>{HtmlPage.Text(ScanText.Name(pattern.Kind, pattern.Id))}", page.Replace(" class=\"part\"", ""))
        );
    }

    [Fact]
    public void What_was_found_is_shown_only_when_it_was_asked_for()
    {
        ScanReport redacted = SampleScan.Report with { Hits = [.. SampleScan.Report.Hits.Select(hit => hit with { Text = null })] };
        Assert.DoesNotContain("BEGIN PRIVATE", ScanHtml.Write(redacted));
        Assert.DoesNotContain("BEGIN PRIVATE", ScanJson.Write(redacted));
        Assert.DoesNotContain("snippet", Sarif(redacted));
        Assert.Contains("BEGIN PRIVATE", ScanHtml.Write(SampleScan.Report));
    }

    [Fact]
    public void The_verdict_is_clean_only_when_all_was_read()
    {
        Assert.Equal(Verdict.Residue, SampleScan.Report.Verdict());
        Assert.Equal(Verdict.Clean, SampleScan.Clean.Verdict());
        Assert.Equal(Verdict.Inconclusive, (SampleScan.Clean with { Unread = SampleScan.Report.Unread }).Verdict());
        Assert.Equal(Verdict.Inconclusive, (SampleScan.Clean with { Sources = [] }).Verdict());
        Assert.Equal(Verdict.Inconclusive, (SampleScan.Clean with { Patterns = [] }).Verdict());
        Assert.Equal(Verdict.Residue, (SampleScan.Clean with { HitsNotListed = 1 }).Verdict());
        Assert.Equal("nothing found in 592 MiB", ScanText.Headline(SampleScan.Clean));
        Assert.Contains("class=\"verdict clean\"", ScanHtml.Write(SampleScan.Clean));
    }

    [Fact]
    public void The_summary_reads_as_people_speak()
    {
        ScanReport report = SampleScan.Report with
        {
            Patterns = [new("canary", "3", 8 << 20, 2, 8 << 20)],
            Summary = [new("canary", "3", "free-per-cpu", 1, 96 << 10), new("canary", "3", "free", 1, (8 << 20) - (96 << 10))],
        };
        Assert.Equal("8.0 MiB of canary 3: 7.9 MiB free, 96 KiB free-per-cpu", ScanText.Headline(report));
    }

    internal static string WithoutPictures(string page) => Regex.Replace(page, "base64,[A-Za-z0-9+/=]+", "base64,...");

    private static bool IsUnsafe(char letter) => char.IsControl(letter) || letter is '\u202e' || char.IsSurrogate(letter);

    private static string Sarif(ScanReport report)
    {
        using var stream = new MemoryStream();
        ScanSarif.Write(report, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
