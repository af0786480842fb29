using System.Globalization;
using System.Net;
using System.Text;

namespace Lethe.Evidence.Proof;

/// <summary>Writes a proof as one self-contained page: no script, no font, no picture from elsewhere.</summary>
internal static class ProofHtml
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --clean: #1a7f37; --residue: #c62828; --control: #2962a8; --open: #9a6700; }
        body { font: 15px/1.45 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; margin-bottom: .2rem } h2 { font-size: 1.1rem; margin-top: 2rem }
        table { border-collapse: collapse; width: 100% }
        th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line) }
        th.medium { padding-top: 1.1rem; font-size: 1.02rem }
        td.route { white-space: nowrap }
        .meaning { opacity: .75; white-space: normal; font-size: .88rem }
        .clean { color: var(--clean) } .residue { color: var(--residue); font-weight: 600 } .control { color: var(--control) }
        .inconclusive, .unsupported { color: var(--open) }
        .small { opacity: .75; font-size: .88rem }
        .bar { display: block; height: 4px; border-radius: 2px; margin-top: 3px; background: currentColor }
        """;

    /// <summary>The page.</summary>
    public static string Write(ProofReport report)
    {
        var page = new StringBuilder();
        page.Append(
                "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                    + "content=\"width=device-width\">\n"
            )
            .Append("<title>Lethe: what survived</title>\n<style>\n")
            .Append(Style)
            .Append("\n</style>\n</head>\n<body>\n<h1>What survives a workload's end</h1>\n");
        page.Append(
                $"<p class=\"small\">Lethe {Text(report.Version)}, "
                    + $"{report.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC, "
            )
            .Append(
                $"{ByteSize.Format(report.PlantBytes)} planted a route, machines of {ByteSize.Format(report.MemoryBytes)} "
                    + $"({Text(report.Accelerator)}), {report.DurationMs / 1000} s</p>\n"
            );
        WriteKernels(page, report);
        WriteMatrix(page, report);
        WriteTimings(page, report);
        page.Append("</body>\n</html>\n");
        return page.ToString();
    }

    private static void WriteKernels(StringBuilder page, ProofReport report)
    {
        page.Append(
            "<h2>Kernels, and what they really did</h2>\n<table>\n<tr><th>column<th>kernel<th>init_on_alloc<th>init_on_free"
                + "<th>page_poison<th>clean<th>residue<th>undecided</tr>\n"
        );
        foreach (ProofColumn column in report.Columns())
        {
            RouteRun[] runs = [.. report.Runs.Where(run => run.Column() == column)];
            RouteRun[] counted = [.. runs.Where(run => !run.Control)];
            RouteRun? known = runs.FirstOrDefault(run => run.Effective is not null);
            page.Append(
                    $"<tr><td>{Text(column.Title)}<td>{Text(known?.Kernel ?? "")}"
                        + $"<td>{OnOff(known?.Effective?.InitOnAlloc)}<td>{OnOff(known?.Effective?.InitOnFree)}"
                )
                .Append(
                    $"<td>{OnOff(known?.Effective?.PagePoison)}<td>{Count(counted, Verdict.Clean)}<td>{Count(counted, Verdict.Residue)}"
                )
                .Append($"<td>{Count(counted, Verdict.Inconclusive) + Count(counted, Verdict.Unsupported)}</tr>\n");
        }

        page.Append("</table>\n");
        if (report.ProtectedWith is { } given)
            page.Append(
                "<p class=\"small\">In the columns with lethe run the workload was started by "
                    + $"<code>{Text($"lethe run {given}".TrimEnd())}</code>.</p>\n"
            );
    }

    private static void WriteMatrix(StringBuilder page, ProofReport report)
    {
        IReadOnlyList<ProofColumn> columns = report.Columns();
        var cells = report.Cells();
        page.Append("<h2>Routes</h2>\n<p class=\"small\">A control keeps its data on purpose and shows that the detector sees it. ")
            .Append(
                $"Every other route first showed at least {ProofVerdict.RequiredLivePercent} % of its canary while the workload "
                    + "lived.</p>\n<table>\n<tr><th>route"
            );
        foreach (ProofColumn column in columns) page.Append($"<th>{Text(column.Title)}");
        page.Append("</tr>\n");
        foreach (IGrouping<string, RouteDescription> medium in report.Routes.GroupBy(route => route.Medium))
        {
            page.Append($"<tr><th class=\"medium\" colspan=\"{columns.Count + 1}\">{Text(medium.Key)}</tr>\n");
            foreach (RouteDescription route in medium)
            {
                page.Append(
                    $"<tr><td class=\"route\">{Text(route.Name[(medium.Key.Length + 1)..])}<div "
                        + $"class=\"meaning\">{Text(route.Meaning)}</div>"
                );
                if (report.ProtectedWith is not null && route.WhenProtected is { } different)
                    page.Append($"<div class=\"meaning\">under lethe run: {Text(different)}</div>");
                foreach (ProofColumn column in columns)
                {
                    if (cells.TryGetValue((route.Name, column), out RouteRun? run)) WriteCell(page, run);
                    else page.Append($"<td>{CellText.LeftOut}<div class=\"small\">{Text(route.LeftOut ?? "")}</div>");
                }

                page.Append("</tr>\n");
            }
        }

        page.Append("</table>\n");
    }

    private static void WriteCell(StringBuilder page, RouteRun run)
    {
        bool control = run.Control && run.Verdict == Verdict.Residue;
        page.Append(
            $"<td class=\"{(control ? "control" : run.Verdict.Word())}\">{Text(CellText.Of(run))}{(control ? " (control)" : "")}"
        );
        if (run.Verdict == Verdict.Residue && run.PlantedBytes > 0)
        {
            long percent = Math.Clamp(run.ResidueBytes() * 100 / run.PlantedBytes, 1, 100);
            page.Append($"<span class=\"bar\" style=\"width:{percent}%\"></span>");
        }

        if (run.Reason is not null) page.Append($"<div class=\"small\">{Text(run.Reason)}</div>");
    }

    private static void WriteTimings(StringBuilder page, ProofReport report)
    {
        page.Append(
            "<h2>Timings</h2>\n<table>\n<tr><th>route<th>column<th>planted<th>seen alive<th>settled "
                + "after<th>resume<th>plant<th>end<th>search<th>looks</tr>\n"
        );
        foreach (RouteRun run in report.Runs)
        {
            page.Append(
                $"<tr class=\"small\"><td>{Text(run.Route)}<td>{Text(run.Column().Title)}"
                    + $"<td>{ByteSize.Format(run.PlantedBytes)}<td>{ByteSize.Format(run.LiveBytes)}"
            );
            if (run.Timings is { } timings)
                page.Append(
                    $"<td>{run.SettledMs} ms<td>{timings.ResumeMs} ms<td>{timings.PlantMs} ms<td>{timings.EndMs} ms<td>{timings.SearchMs} "
                        + $"ms<td>{timings.Looks}"
                );
            else page.Append("<td><td><td><td><td><td>");
            page.Append("</tr>\n");
        }

        page.Append("</table>\n");
    }

    private static int Count(RouteRun[] runs, Verdict verdict) => runs.Count(run => run.Verdict == verdict);

    private static string OnOff(bool? on) => on switch { true => "on", false => "off", null => "" };

    private static string Text(string text) => WebUtility.HtmlEncode(Printable.Of(text));
}
