using Lethe.Evidence.Audit;
using Lethe.Evidence.ExitCodes;
using Lethe.Evidence;

namespace Lethe.Tests.Evidence.Audit;

/// <summary>What a person reads.</summary>
public sealed class AuditTextTests
{
    [Fact]
    public void The_text_is_as_approved() =>
        SampleAudit.Approve(
            Text(SampleAudit.Report) + "\n\n" + Text(SampleAudit.OneHost) + "\n\n" + Text(SampleAudit.Many(1000)),
            "audit.txt"
        );

    [Fact]
    public void What_is_open_comes_first_and_the_most_severe_of_it() => Assert.Equal(
        [
            ("anonymous-memory/cleared-when-freed", Posture.Open),
            ("swap/encrypted", Posture.Open),
            ("anonymous-memory/stack-and-registers", Posture.Open),
            ("anonymous-memory/cleared-when-freed", Posture.Unknown), ("swap/encrypted", Posture.Closed)],
        FindingGroup.Of(SampleAudit.Report).Select(group => (group.Rule, group.State)));

    [Fact]
    public void What_many_hosts_have_in_common_is_said_once()
    {
        FindingGroup group = Assert.Single(FindingGroup.Of(SampleAudit.Report), group =>
            group.Rule == "anonymous-memory/stack-and-registers"
        );
        Assert.Equal(["web-1", "web-2"], Assert.Single(Assert.Single(group.Cases).Places).Hosts);
        Assert.Single(group.Repairs);
        Assert.True(AuditLines.Of(SampleAudit.Many(1000), closed: true).Count() < 20);
    }

    [Fact]
    public void What_is_closed_is_told_when_it_is_asked_for()
    {
        Assert.DoesNotContain(AuditLines.Of(SampleAudit.Report, closed: false), line => line.State == Posture.Closed);
        Assert.Contains(AuditLines.Of(SampleAudit.Report, closed: true), line =>
            line.Text.Contains("no swap area is in use", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Nothing_that_is_shown_can_steer_a_terminal()
    {
        AuditMatrix matrix = AuditMatrix.Of(SampleAudit.Dressed, 4);
        string[] texts =
        [
            .. AuditLines.Of(SampleAudit.Dressed, closed: true).Select(line => line.Text),
            .. matrix.Columns,
            .. matrix.Rows.SelectMany(row => row.Cells.Select(cell => cell.Text).Prepend(row.Title)),
            .. AuditMatrix.Of(SampleAudit.Dressed with { Hosts = ["b"] }, 4).Rows.SelectMany(row => row.Cells.Select(cell => cell.Text)),
            AuditText.Headline(SampleAudit.Dressed),
        ];
        Assert.All(texts, text =>
            Assert.DoesNotContain(text, letter => char.IsControl(letter) || letter is '\u202e' || char.IsSurrogate(letter))
        );
    }

    [Fact]
    public void Lines_are_broken_between_words_and_lose_none()
    {
        foreach (AuditLine line in AuditLines.Of(SampleAudit.Report, closed: true))
        {
            foreach (int width in (int[])[1, 20, 40, 80, 1000])
            {
                string[] parts = [.. line.Wrap(width)];
                Assert.Equal(
                    line.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                    parts.SelectMany(part => part.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                );
                Assert.All(parts, part =>
                    Assert.True(
                        part.Length <= width
                            || !part.Trim().Contains(' ')
                            || part.StartsWith("  why ", StringComparison.Ordinal)
                            || part.StartsWith("  proof ", StringComparison.Ordinal)
                            || part.StartsWith("  repair ", StringComparison.Ordinal),
                        $"{width}: '{part}'"
                    )
                );
            }
        }

        Assert.Equal(["  a b c", "     d e"], new AuditLine(2, "a b c d e", Hanging: 3).Wrap(8));
        Assert.Equal([""], new AuditLine(0, "").Wrap(80));
    }

    [Fact]
    public void The_exit_code_says_open_before_incomplete_before_clean()
    {
        Assert.Equal(ExitCode.Residue, ExitCodePolicy.OfAudit(SampleAudit.Report, Severity.Low));
        Assert.Equal(ExitCode.Residue, ExitCodePolicy.OfAudit(SampleAudit.Report, Severity.High));
        Assert.Equal(ExitCode.Inconclusive, ExitCodePolicy.OfAudit(SampleAudit.Report, null));
        AuditReport low = SampleAudit.Clean with
        {
            Findings = [.. SampleAudit.Report.Findings.Where(finding => finding.Severity == Severity.Low)],
        };
        Assert.Equal(ExitCode.Residue, ExitCodePolicy.OfAudit(low, Severity.Low));
        Assert.Equal(ExitCode.Clean, ExitCodePolicy.OfAudit(low, Severity.Medium));
        Assert.Equal(ExitCode.Clean, ExitCodePolicy.OfAudit(SampleAudit.Clean, Severity.Low));
        Assert.Equal(ExitCode.Inconclusive, ExitCodePolicy.OfAudit((SampleAudit.Clean with { Media = [], Findings = [] }), Severity.Low));
        Assert.Equal(
            ExitCode.Inconclusive,
            ExitCodePolicy.OfAudit((SampleAudit.Clean with { Problems = SampleAudit.Report.Problems }), Severity.Low)
        );
        Assert.Equal(
            ExitCode.Inconclusive,
            ExitCodePolicy.OfAudit((SampleAudit.Clean with { Media = [SampleAudit.Report.Media[2]] }), Severity.Low)
        );
    }

    [Fact]
    public void The_closing_line_says_what_to_do()
    {
        Assert.Null(AuditText.Next(SampleAudit.Clean, rootWouldKnow: true));
        Assert.Contains("run as root", AuditText.Next(SampleAudit.OneHost, rootWouldKnow: true), StringComparison.Ordinal);
        Assert.DoesNotContain("run as root", AuditText.Next(SampleAudit.OneHost, rootWouldKnow: false), StringComparison.Ordinal);
        Assert.Equal(
            "nothing was judged; 1 file could not be judged",
            AuditText.Headline(SampleAudit.Report with { Hosts = [], Media = [], Findings = [] })
        );
    }

    [Theory]
    [InlineData("/proc/swaps", true)]
    [InlineData("pods/web.yaml", true)]
    [InlineData("./my file", true)]
    [InlineData("sysctl.conf", true)]
    [InlineData("a.b:c", true)]
    [InlineData("kernel log", false)]
    [InlineData("kernel:config", false)]
    [InlineData("/sys/block/", false)]
    [InlineData("", false)]
    public void Files_are_told_from_other_sources(string source, bool file) => Assert.Equal(file, EvidenceSource.IsFile(source));

    private static string Text(AuditReport report)
    {
        AuditMatrix matrix = AuditMatrix.Of(report, 4);
        IEnumerable<string> rows = matrix.Rows.Select(row => string.Join(" | ", row.Cells.Select(cell => cell.Text).Prepend(row.Title)));
        return string.Join(
            '\n',
            [
                string.Join(" | ", matrix.Columns),
                .. rows,
                .. AuditLines.Of(report, closed: true).SelectMany(line => line.Wrap(100)),
                "",
                $"{AuditText.Headline(report)}; next: {AuditText.Next(report, rootWouldKnow: true)}",
            ]
        );
    }
}
