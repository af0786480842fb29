using System.Text.Json.Nodes;
using Lethe.Evidence;
using Lethe.Evidence.Proof;

namespace Lethe.Tests.Evidence;

public sealed class ReportTests
{
    [Fact]
    public void The_json_is_as_approved() => Approval.Check(ProofJson.Write(SampleProof.Report), "proof.json");

    [Fact]
    public void The_page_is_as_approved() => Approval.Check(ProofHtml.Write(SampleProof.Report), "proof.html");

    [Fact]
    public void The_json_fits_its_schema() => Assert.Empty(Schema.Errors(Sample(), Schema.Load("lethe.prove.1.json")));

    [Fact]
    public void A_wrong_verdict_or_a_missing_field_does_not_fit()
    {
        JsonNode wrong = Sample();
        wrong["runs"]![0]!["verdict"] = "fine";
        Assert.NotEmpty(Schema.Errors(wrong, Schema.Load("lethe.prove.1.json")));
        JsonNode missing = Sample();
        ((JsonObject)missing["runs"]![0]!).Remove("liveBytes");
        Assert.NotEmpty(Schema.Errors(missing, Schema.Load("lethe.prove.1.json")));
    }

    [Fact]
    public void The_page_is_self_contained_and_escapes_what_it_shows()
    {
        string page = ProofHtml.Write(SampleProof.Report);
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("http", page);
        Assert.DoesNotContain("<b>", page);
        Assert.Contains("&lt;b&gt;", page);
    }

    [Fact]
    public void A_report_is_written_whole_or_not_at_all()
    {
        string directory = Directory.CreateTempSubdirectory().FullName;
        string path = Path.Combine(directory, "report.json");
        ReportFile.Write(path, "old");
        ReportFile.Write(path, "new");
        Assert.Equal("new", File.ReadAllText(path));
        // A directory in the way: the old one stays, and nothing is left beside it.
        string blocked = Path.Combine(directory, "blocked");
        Directory.CreateDirectory(Path.Combine(blocked, "inside"));
        Assert.ThrowsAny<Exception>(() => ReportFile.Write(blocked, "new"));
        Assert.Equal(["blocked", "report.json"], Directory.GetFileSystemEntries(directory).Select(Path.GetFileName).Order());
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\u001b[31mred\n", "a\\u{1b}[31mred\\u{a}")]
    [InlineData("turned\u202eround", "turned\\u{202e}round")]
    public void Untrusted_text_is_escaped(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Theory]
    [InlineData("512M", 512L << 20)]
    [InlineData("8MiB", 8L << 20)]
    [InlineData("1g", 1L << 30)]
    [InlineData("4096", 4096L)]
    [InlineData("64 KiB", null)]
    [InlineData("-1M", null)]
    [InlineData("99999999999G", null)]
    [InlineData("", null)]
    public void Sizes_are_read(string text, long? bytes) =>
        Assert.Equal(bytes, ByteSize.TryParse(text, out long value) ? value : null);

    [Theory]
    [InlineData(8, "8 B")]
    [InlineData(8388608, "8.0 MiB")]
    [InlineData(30448, "30 KiB")]
    public void Sizes_are_written(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));

    private static JsonNode Sample() => JsonNode.Parse(ProofJson.Write(SampleProof.Report))!;
}
