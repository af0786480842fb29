using Lethe.Cli.Audit;
using Lethe.Cli.Prove;
using Lethe.Cli.Scan;
using Lethe.Tests.Evidence;
using Lethe.Tests.Evidence.Audit;
using Lethe.Tests.Evidence.Scan;
using Spectre.Console;

namespace Lethe.Tests.Cli;

/// <summary>What proofs, scans and audits look like on a terminal without colour.</summary>
public sealed class ReportDrawingTests
{
    [Fact]
    public void A_proof() => Approval.Check(Drawn(console => ProofTable.Draw(console, SampleProof.Report)), "proof");

    [Fact]
    public void An_audit() =>
        Approval.Check(Drawn(console => AuditDrawing.Draw(console, SampleAudit.Report, closed: false, rootWouldKnow: true)), "audit");

    [Fact]
    public void An_audit_of_one_host_with_what_is_closed() =>
        Approval.Check(Drawn(console => AuditDrawing.Draw(console, SampleAudit.OneHost, closed: true, rootWouldKnow: false)), "audit-all");

    [Fact]
    public void A_scan() => Approval.Check(Drawn(console => ScanDrawing.Draw(console.Profile.Out.Writer, SampleScan.Report)), "scan");

    [Fact]
    public void A_scan_that_found_nothing() =>
        Approval.Check(Drawn(console => ScanDrawing.Draw(console.Profile.Out.Writer, SampleScan.Clean)), "scan-clean");

    private static string Drawn(Action<IAnsiConsole> draw)
    {
        var output = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = 120;
        draw(console);
        // Nothing untrusted steers the terminal.
        Assert.DoesNotContain('\u001b', output.ToString());
        return output.ToString();
    }
}
