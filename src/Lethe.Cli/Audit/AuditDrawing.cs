using Lethe.Evidence;
using Lethe.Evidence.Audit;

namespace Lethe.Cli.Audit;

/// <summary>An audit on the terminal: the media first, then what is open or unknown.</summary>
internal static class AuditDrawing
{
    /// <summary>Draws a report.</summary>
    public static void Draw(TextWriter output, AuditReport report)
    {
        foreach (MediumPosture medium in report.Media) output.WriteLine($"{medium.State.ToString().ToLowerInvariant(),-8} {medium.Title}");
        foreach (Finding finding in report.Findings.Where(finding => finding.State != Posture.Closed))
        {
            output.WriteLine();
            output.WriteLine($"{finding.State.ToString().ToLowerInvariant()} {finding.Rule}: {Printable.Of(finding.Summary)}");
        }
    }
}
