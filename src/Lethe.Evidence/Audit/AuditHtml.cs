using System.Globalization;
using System.Text;

namespace Lethe.Evidence.Audit;

/// <summary>Writes an audit as one self-contained page: the media first, then what is open, unknown and closed, rule by rule.</summary>
public static class AuditHtml
{
    private const int MostHostColumns = 12, MostHosts = 30, MostPlaces = 200, MostEvidence = 20;

    private const string Style = """

        .finding { border-left: .25rem solid var(--line); padding: 0 0 0 1rem; margin: 1.4rem 0; break-inside: avoid }
        .finding h3 { margin: 0 0 .2rem; overflow-wrap: anywhere }
        .finding p { margin: .25rem 0 }
        .finding ul { margin: .2rem 0; padding-left: 1.1rem }
        .finding li { overflow-wrap: anywhere }
        .chip { font-size: .8rem; font-weight: 600; margin-right: .5rem }
        code { font-family: ui-monospace, monospace; font-size: .88rem; background: var(--soft); padding: .05rem .3rem;
          border-radius: 3px; overflow-wrap: anywhere }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .4rem 0 }
        dt { opacity: .75; font-size: .88rem }
        dd { margin: 0; overflow-wrap: anywhere }
        summary { cursor: pointer; margin-top: 2.2rem; font-weight: 600 }
        table.matrix { width: auto }
        table.matrix td { white-space: nowrap }
        """;

    /// <summary>The page.</summary>
    public static string Write(AuditReport report)
    {
        StringBuilder page = HtmlPage.Begin("Lethe: what this leaves readable", Style);
        WriteVerdict(page, report);
        WriteMatrix(page, AuditMatrix.Of(report, MostHostColumns));
        ILookup<Posture, FindingGroup> groups = FindingGroup.Of(report).ToLookup(group => group.State);
        WriteGroups(page, "What is open", groups[Posture.Open], report);
        WriteGroups(page, "What is unknown", groups[Posture.Unknown], report);
        WriteProblems(page, report);
        WriteClosed(page, groups[Posture.Closed], report);
        return HtmlPage.End(page);
    }

    private static void WriteVerdict(StringBuilder page, AuditReport report)
    {
        Posture worst =
            report.Media.Any(row => row.State == Posture.Open) ? Posture.Open
            : report.IsIncomplete ? Posture.Unknown
            : Posture.Closed;
        page.Append($"<div class=\"verdict {ClassOf(worst)}\"><h1>{HtmlPage.Text(AuditText.Headline(report))}</h1>\n");
        int high = report.Findings.Count(finding => finding.State == Posture.Open && finding.Severity == Severity.High);
        if (high > 0)
            page.Append(
                $"<p>{AuditText.Count(high, "finding", "findings")} of high severity: what ended workloads had stays readable</p>\n"
            );
        page.Append("</div>\n<p class=\"small\">");
        if (report.Version.Length > 0) page.Append($"Lethe {HtmlPage.Text(report.Version)}, ");
        page.Append($"{report.Began.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC");
        if (report.Profile is not null) page.Append($", profile {HtmlPage.Text(report.Profile)}");
        if (report.Hosts.Count > 0) page.Append($", {Hosts(report.Hosts)}");
        page.Append("</p>\n");
    }

    private static void WriteMatrix(StringBuilder page, AuditMatrix matrix)
    {
        if (matrix.Rows.Count == 0) return;
        page.Append("<h2>Media</h2>\n<div class=\"wide\"><table class=\"matrix\">\n<tr>");
        foreach (string title in matrix.Columns) page.Append($"<th>{HtmlPage.Text(title)}");
        page.Append("</tr>\n");
        foreach (AuditMatrixRow row in matrix.Rows)
        {
            page.Append($"<tr><td>{HtmlPage.Text(row.Title)}");
            foreach (AuditMatrixCell cell in row.Cells)
                page.Append($"<td{(cell.State is { } state ? $" class=\"{ClassOf(state)}\"" : "")}>{HtmlPage.Text(cell.Text)}");
            page.Append("</tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private static void WriteGroups(StringBuilder page, string title, IEnumerable<FindingGroup> groups, AuditReport report)
    {
        if (!groups.Any()) return;
        page.Append($"<h2>{title}</h2>\n");
        foreach (FindingGroup group in groups) WriteGroup(page, group, report.Hosts.Count);
    }

    private static void WriteGroup(StringBuilder page, FindingGroup group, int hosts)
    {
        page.Append(
            $"<div class=\"finding\"><h3><span class=\"chip {ClassOf(group.State)}\">{AuditText.Mark(group.State)}, "
                + $"{AuditText.Word(group.Severity)}</span> {HtmlPage.Text(group.Rule)}</h3>\n"
        );
        int left = MostPlaces;
        foreach (FindingCase sentence in group.Cases)
        {
            if (left <= 0) break;
            page.Append($"<p>{HtmlPage.Text(sentence.Summary)}</p>\n");
            string[] places = [.. sentence.Places.Take(left).Select(place => Place(place, hosts)).OfType<string>()];
            if (places.Length > 0) page.Append("<ul>\n").AppendJoin("", places.Select(place => $"<li>{place}\n")).Append("</ul>\n");
            left -= sentence.Places.Count;
        }

        if (left < 0) page.Append("<p class=\"small\">and more; the JSON report has them</p>\n");
        page.Append($"<dl><dt>why<dd>{HtmlPage.Text(group.Why)}\n");
        if (AuditText.Proof(group.Routes) is { } proof) page.Append($"<dt>proof<dd><code>{HtmlPage.Text(proof)}</code>\n");
        foreach (string repair in group.Repairs.Take(MostPlaces)) page.Append($"<dt>repair<dd>{HtmlPage.Text(repair)}\n");
        if (group.References.Count > 0)
            page.Append($"<dt>references<dd class=\"small\">{HtmlPage.Text(string.Join("; ", group.References))}\n");
        page.Append("</dl></div>\n");
    }

    // Where it holds and what it rests on; null when there is nothing of both.
    private static string? Place(FindingPlace place, int hosts)
    {
        string? where = AuditText.Place(place, hosts, MostHosts) is { } named ? HtmlPage.Text(named) : null;
        string? evidence = place.Evidence.Count > 0 ? Evidence(place) : null;
        return where is not null && evidence is not null ? $"{where}:<br>{evidence}" : where ?? evidence;
    }

    private static string Evidence(FindingPlace place) =>
        string.Join("<br>", place.Evidence.Take(MostEvidence).Select(line => $"<code>{HtmlPage.Text(AuditText.Evidence(line))}</code>"))
        + (
            place.Evidence.Count > MostEvidence
                ? $" <span class=\"small\">and {AuditText.Number(place.Evidence.Count - MostEvidence)} more</span>"
                : ""
        );

    private static void WriteProblems(StringBuilder page, AuditReport report)
    {
        if (report.Problems.Count == 0) return;
        page.Append("<h2>What could not be judged</h2>\n<div class=\"wide\"><table>\n<tr><th>source<th>why</tr>\n");
        foreach (AuditProblem problem in report.Problems.Take(MostPlaces))
            page.Append($"<tr><td>{HtmlPage.Text(problem.Source)}<td>{HtmlPage.Text(problem.Text)}</tr>\n");
        page.Append("</table></div>\n");
        if (report.Problems.Count > MostPlaces)
            page.Append(
                $"<p class=\"small\">and {AuditText.Number(report.Problems.Count - MostPlaces)} more; the JSON report has them</p>\n"
            );
    }

    private static void WriteClosed(StringBuilder page, IEnumerable<FindingGroup> groups, AuditReport report)
    {
        if (!groups.Any()) return;
        page.Append(
            $"<details><summary>What is closed: {AuditText.Count(groups.Count(), "rule", "rules")}</summary>\n<div "
                + "class=\"wide\"><table>\n<tr><th>rule<th>what is so<th>evidence</tr>\n"
        );
        foreach (FindingGroup group in groups)
        {
            foreach (FindingCase sentence in group.Cases.Take(MostPlaces))
            {
                FindingPlace first = sentence.Places[0];
                string more =
                    sentence.Places.Count > 1
                        ? $" <span class=\"small\">and {AuditText.Number(sentence.Places.Count - 1)} more</span>"
                        : "";
                page.Append(
                    $"<tr><td>{HtmlPage.Text(group.Rule)}<td>{HtmlPage.Text(sentence.Summary)}"
                        + $"<td>{Place(first, report.Hosts.Count)}{more}</tr>\n"
                );
            }
        }

        page.Append("</table></div></details>\n");
    }

    private static string Hosts(IReadOnlyList<string> hosts) =>
        string.Join(", ", hosts.Take(MostHosts).Select(HtmlPage.Text))
        + (hosts.Count > MostHosts ? $" and {AuditText.Number(hosts.Count - MostHosts)} more" : "");

    // The frame's classes are those of verdicts.
    private static string ClassOf(Posture state) =>
        state switch
        {
            Posture.Closed => "clean",
            Posture.Open => "residue",
            _ => "inconclusive",
        };
}
