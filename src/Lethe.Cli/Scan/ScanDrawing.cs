using System.Globalization;
using Lethe.Evidence;
using Lethe.Evidence.Scan;

namespace Lethe.Cli.Scan;

/// <summary>A scan on the terminal: what was found, then the first hits one by one.</summary>
internal static class ScanDrawing
{
    private const int MostHits = 20;

    /// <summary>Draws a report.</summary>
    public static void Draw(TextWriter output, ScanReport report)
    {
        foreach (string line in ScanText.Lines(report)) output.WriteLine(line);
        if (report.Hits.Count > 0) output.WriteLine();
        foreach (ScanHit hit in report.Hits.Take(MostHits)) output.WriteLine(Line(hit));
        long more = report.Hits.Count - MostHits + report.HitsNotListed;
        if (more > 0) output.WriteLine($"  and {ScanText.Count(more, "more hit")}; --report FILE.json or FILE.html has them");
        output.WriteLine();
        foreach (ScannedSource source in report.Sources)
            output.WriteLine(
                $"{Printable.Of(source.Name)}: "
                    + $"{Printable.Of(source.Form)}{(source.Kernel is null ? "" : $" of {Printable.Of(source.Kernel)}")}, "
                    + $"{ScanText.Rate(source)}"
            );
    }

    private static string Line(ScanHit hit)
    {
        string where = hit.Physical is { } physical ? $"0x{physical:x}" : hit.Offset.ToString(CultureInfo.InvariantCulture);
        string place = hit.Part is null ? where : $"{Printable.Of(hit.Part)}:{where}";
        string piece = hit.Whole ? "" : ", a piece";
        string owner = hit.Owner is null ? "" : $", {Printable.Of(hit.Owner)}";
        string state = hit.PageState is null ? "" : $", {ScanText.State(hit.PageState)}";
        string text = hit.Text is null ? "" : $": {hit.Text}";
        return $"  {place}  {ScanText.Name(hit.Kind, hit.Id)}, {ByteSize.Format(hit.Length)}{piece}{state}{owner}{text}";
    }
}
