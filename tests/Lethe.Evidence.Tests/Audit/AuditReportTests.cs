using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Lethe.Evidence.Audit;

namespace Lethe.Tests.Evidence.Audit;

/// <summary>The files that tools and browsers read.</summary>
public sealed class AuditReportTests
{
    private static readonly JsonObject Form = Schema.Load("lethe.audit.1.json"),
        SarifForm = Schema.Load("../../tests/Lethe.Evidence.Tests/Audit/sarif-2.1.0-part.json");

    [Fact]
    public void The_json_is_as_approved() => SampleAudit.Approve(AuditJson.Write(SampleAudit.Report), "audit.json");

    [Fact]
    public void The_sarif_is_as_approved() => SampleAudit.Approve(Sarif(SampleAudit.Report), "audit.sarif");

    [Fact]
    public void The_junit_is_as_approved() => SampleAudit.Approve(JUnit(SampleAudit.Report), "audit.xml");

    [Fact]
    public void The_page_is_as_approved() => SampleAudit.Approve(AuditHtml.Write(SampleAudit.Report), "audit.html");

    public static TheoryData<AuditReport> Reports() =>
        [SampleAudit.Report, SampleAudit.OneHost, SampleAudit.Dressed, SampleAudit.Clean, SampleAudit.Many(30)];

    [Theory]
    [MemberData(nameof(Reports))]
    public void The_json_fits_its_schema_whole_or_streamed(AuditReport report)
    {
        Assert.Empty(Schema.Errors(JsonNode.Parse(AuditJson.Write(report)), Form));
        Assert.Equal(AuditJson.Write(report), SampleAudit.Written(AuditJson.Write, report));
    }

    [Fact]
    public void A_list_of_rules_fits_its_schema() =>
        Assert.Empty(Schema.Errors(JsonNode.Parse(AuditJson.Write(SampleAudit.Report.Rules)), Schema.Load("lethe.audit-rules.1.json")));

    [Fact]
    public void What_is_wrong_does_not_fit_the_schema()
    {
        AssertUnfit(json => json["media"]![0]!["state"] = "fine");
        AssertUnfit(json => json["findings"]![0]!["severity"] = "critical");
        AssertUnfit(json => json["findings"]![0]!["evidence"]![0]!["line"] = JsonNode.Parse("0"));
        AssertUnfit(json => ((JsonObject)json["findings"]![0]!).Remove("summary"));
        AssertUnfit(json => json["more"] = 1);
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void The_sarif_has_what_the_standard_requires(AuditReport report)
    {
        JsonNode sarif = JsonNode.Parse(Sarif(report))!;
        Assert.Empty(Schema.Errors(sarif, SarifForm));
        JsonNode run = sarif["runs"]![0]!;
        foreach (JsonNode? result in (JsonArray)run["results"]!)
        {
            Assert.Equal((string)result!["ruleId"]!, (string)run["tool"]!["driver"]!["rules"]![(int)result["ruleIndex"]!]!["id"]!);
            // Section 3.27.10: only what failed has a level.
            Assert.Equal((string)result["kind"]! != "fail", (string)result["level"]! == "none");
        }
    }

    [Fact]
    public void The_sarif_says_what_the_findings_say()
    {
        JsonNode[] results = [.. ((JsonArray)JsonNode.Parse(Sarif(SampleAudit.Report))!["runs"]![0]!["results"]!).Select(node => node!)];
        Assert.Equal(["fail", "fail", "fail", "fail", "fail", "open", "pass"], results.Select(result => (string)result["kind"]!));
        Assert.Equal(["note", "error", "warning", "warning", "note", "none", "none"], results.Select(result => (string)result["level"]!));
        JsonNode place = results[2]["locations"]![0]!["physicalLocation"]!;
        Assert.Equal(("file:///proc/swaps", 2), ((string)place["artifactLocation"]!["uri"]!, (int)place["region"]!["startLine"]!));
        // What is no file has no address; the file beside it has.
        Assert.Equal("file:///proc/cmdline", (string)results[1]["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uri"]!);
        Assert.StartsWith("kernel log:12", (string)results[1]["relatedLocations"]![0]!["message"]!["text"]!, StringComparison.Ordinal);
        Assert.Equal(
            results.Length,
            results.Select(result => (string)result["partialFingerprints"]!["hostRuleSubject/v1"]!).Distinct().Count()
        );
        Assert.All(results[5]["locations"]!.AsArray(), location => Assert.Null(location!["physicalLocation"]));
    }

    [Fact]
    public void The_sarif_has_a_limit_says_so_and_leaves_out_what_is_closed()
    {
        JsonNode run = JsonNode.Parse(Sarif(SampleAudit.Many(AuditSarif.MostResults + 10)))!["runs"]![0]!;
        Assert.Equal(AuditSarif.MostResults, ((JsonArray)run["results"]!).Count);
        Assert.Equal(
            "10 further results not listed here",
            (string)run["invocations"]![0]!["toolExecutionNotifications"]![0]!["message"]!["text"]!
        );
        Assert.Equal((AuditSarif.MostResults + 10) / 2, ((JsonArray)run["results"]!).Count(result => (string)result!["kind"]! == "fail"));
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void The_junit_counts_what_it_has(AuditReport report)
    {
        XElement all = XDocument.Parse(JUnit(report)).Root!;
        foreach (XElement suite in all.Elements("testsuite").Append(all))
        {
            Assert.Equal((int)suite.Attribute("tests")!, suite.Descendants("testcase").Count());
            Assert.Equal((int)suite.Attribute("failures")!, suite.Descendants("failure").Count());
            Assert.Equal((int)suite.Attribute("errors")!, suite.Descendants("error").Count());
        }

        Assert.Equal(report.Findings.Count + report.Problems.Count, all.Descendants("testcase").Count());
        Assert.Equal(report.Findings.Count(finding => finding.State == Posture.Open), all.Descendants("failure").Count());
        Assert.Empty(all.Descendants("skipped"));
    }

    [Fact]
    public void A_page_is_self_contained_and_escapes_what_it_shows()
    {
        foreach (
            string page in (string[])[AuditHtml.Write(SampleAudit.Dressed), AuditHtml.Write(SampleAudit.Dressed with { Hosts = ["b"] })]
        )
        {
            Assert.DoesNotContain("<script", page);
            Assert.DoesNotContain("http:", page);
            Assert.DoesNotContain("https:", page);
            Assert.DoesNotContain("\u001b", page);
            Assert.DoesNotContain("\u202e", page);
            Assert.Contains("&lt;script&gt;", page);
            Assert.Contains("default-src 'none'", page);
        }
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void Every_tag_that_needs_it_is_closed(AuditReport report)
    {
        string page = AuditHtml.Write(report);
        foreach (string tag in (string[])["div", "table", "ul", "p", "h1", "h2", "h3", "span", "dl", "code", "details", "summary"])
            Assert.Equal(Regex.Count(page, $"<{tag}[ >]"), Regex.Count(page, $"</{tag}>"));
    }

    [Fact]
    public void A_page_of_many_hosts_counts_them()
    {
        string page = AuditHtml.Write(SampleAudit.Many(1000));
        Assert.Contains("<td class=\"residue\">500", page);
        Assert.Contains("and 470 more hosts", page);
        Assert.True(page.Length < 50_000);
    }

    [Fact]
    public void Documents_hold_nothing_that_a_terminal_obeys()
    {
        foreach (
            string document in (string[])[AuditJson.Write(SampleAudit.Dressed), Sarif(SampleAudit.Dressed), JUnit(SampleAudit.Dressed)]
        )
            Assert.DoesNotContain(document, letter =>
                letter != '\n' && (char.IsControl(letter) || letter is '\u202e' || char.IsSurrogate(letter))
            );
    }

    private static void AssertUnfit(Action<JsonNode> spoil)
    {
        JsonNode json = JsonNode.Parse(AuditJson.Write(SampleAudit.Report))!;
        spoil(json);
        Assert.NotEmpty(Schema.Errors(json, Form));
    }

    private static string Sarif(AuditReport report) => SampleAudit.Written(AuditSarif.Write, report);

    private static string JUnit(AuditReport report) => SampleAudit.Written(AuditJUnit.Write, report);
}
