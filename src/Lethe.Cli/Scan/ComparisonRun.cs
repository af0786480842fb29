using Lethe.Evidence.ExitCodes;
using Lethe.Evidence.Scan.Html;
using Lethe.Evidence.Scan;
using Lethe.Evidence;

namespace Lethe.Cli.Scan;

/// <summary><c>lethe scan --compare BEFORE AFTER</c>.</summary>
internal static class ComparisonRun
{
    /// <summary>Reads both reports and says what became of the hits.</summary>
    /// <returns>The exit code: that of the later one.</returns>
    public static int Do(IReadOnlyList<string> files, IReadOnlyList<string> reports, bool json, bool exitZero)
    {
        if (files.Count != 2)
            throw new ScanException(
                $"--compare takes two reports, not {files.Count}",
                "lethe scan --compare before.json after.json",
                ExitCode.Usage
            );
        foreach (string report in reports)
        {
            if (Path.GetExtension(report) is not (".json" or ".html"))
                throw new ScanException(
                    $"--report {Printable.Of(report)}: a comparison has no such form",
                    "end the name with .json or .html",
                    ExitCode.Usage
                );
            ReportFile.CheckWritable(report);
        }

        ScanReport before = Read(files[0]), after = Read(files[1]);
        ScanComparison comparison = ScanComparison.Of(before, after);
        foreach (string report in reports)
            ReportFile.Write(
                report,
                Path.GetExtension(report) == ".html" ? ComparisonHtml.Write(comparison, before, after) : comparison.ToJson()
            );
        if (json) Console.Out.Write(comparison.ToJson());
        else
            foreach (string line in ComparisonText.Lines(comparison).Prepend(ComparisonText.Headline(comparison)))
                Console.Out.WriteLine(line);
        return ExitCodePolicy.OfComparison(comparison, residueCounts: !exitZero);
    }

    private static ScanReport Read(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return ScanJson.Read(stream, file);
    }
}
