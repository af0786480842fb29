using System.Globalization;
using System.Text;

namespace Lethe.Evidence.Scan.Html;

/// <summary>Writes what a scan found as one self-contained page: no script, no font, no picture from elsewhere.</summary>
public static class ScanHtml
{
    /// <summary>The most hits a page lists; the JSON has them all.</summary>
    public const int MostHits = 1000;

    private const int MostPatterns = 1000, MostUnread = 1000, MostHeadlines = 5;

    // More of them would push what was found out of sight.
    private const int MostRowsNotFound = 8;

    /// <summary>The page.</summary>
    public static string Write(ScanReport report)
    {
        StringBuilder page = HtmlPage.Begin("Lethe: what a scan found");
        WriteVerdict(page, report);
        WriteSummary(page, report);
        WritePictures(page, report);
        WriteHits(page, report);
        WriteUnread(page, report);
        WriteSources(page, report);
        return HtmlPage.End(page);
    }

    private static void WriteVerdict(StringBuilder page, ScanReport report)
    {
        List<ScannedPattern> found = ScanText.Found(report);
        page.Append(
            $"<div class=\"verdict {report.Verdict().Word()}\"><h1>{HtmlPage.Text(ScanText.Headline(report))}</h1>\n"
        );
        if (found.Count > 1)
        {
            foreach (string line in ScanText.Lines(report).Skip(1).Take(Math.Min(found.Count, MostHeadlines) - 1))
                page.Append($"<p>{HtmlPage.Text(line)}</p>\n");
            if (found.Count > MostHeadlines) page.Append($"<p>and {ScanText.Count(found.Count - MostHeadlines, "more pattern")}</p>\n");
        }

        page.Append("</div>\n<p class=\"small\">");
        if (report.Version.Length > 0) page.Append($"Lethe {HtmlPage.Text(report.Version)}, ");
        page.Append($"{report.Began.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC, ")
            .Append($"{ByteSize.Format(report.Sources.Total(source => source.Bytes))} read in {Seconds(report.DurationMs)}</p>\n");
    }

    private static void WriteSummary(StringBuilder page, ScanReport report)
    {
        page.Append(
            "<h2>What was looked for</h2>\n<div class=\"wide\"><table>\n<tr><th>pattern<th>page state<th class=\"number\">hits<th "
                + "class=\"number\">bytes<th></tr>\n"
        );
        var rows = report.Summary.ToLookup(row => (row.Kind, row.Id));
        long most = Math.Max(1, report.Summary.Select(row => row.Bytes).DefaultIfEmpty().Max());
        ScannedPattern[] shown = [.. report.Patterns.OrderByDescending(pattern => pattern.Bytes).Take(MostPatterns)];
        int notFound = report.Patterns.Count(pattern => pattern.Hits == 0);
        bool folded = notFound > MostRowsNotFound;
        foreach (ScannedPattern pattern in shown.Where(pattern => pattern.Hits > 0 || !folded))
        {
            string name = HtmlPage.Text(ScanText.Name(pattern.Kind, pattern.Id));
            page.Append("<tbody class=\"pattern\">");
            ScanSummary[] places = [.. rows[(pattern.Kind, pattern.Id)].Where(row => row.Hits > 0).OrderByDescending(row => row.Bytes)];
            if (pattern.Hits == 0)
                page.Append($"<tr><td>{name}<td class=\"clean\">not found<td class=\"number\">0<td class=\"number\">0 B<td></tr>\n");
            else if (places.Length == 0)
                page.Append(
                    $"<tr><td>{name}<td><td class=\"number\">{Number(pattern.Hits)}<td "
                        + $"class=\"number\">{ByteSize.Format(pattern.Bytes)}<td></tr>\n"
                );
            for (int index = 0; index < places.Length; index++)
            {
                ScanSummary row = places[index];
                page.Append(
                        $"<tr{(index + 1 < places.Length ? " class=\"part\"" : "")}><td>{(index == 0 ? name : "")}"
                            + $"<td>{HtmlPage.Text(ScanText.State(row.PageState))}"
                    )
                    .Append(
                        $"<td class=\"number\">{Number(row.Hits)}<td "
                            + $"class=\"number\">{ByteSize.Format(row.Bytes)}<td>{Bar(row.Bytes, most)}</tr>\n"
                    );
            }
        }

        page.Append("</table></div>\n");
        if (folded)
        {
            page.Append($"<details><summary class=\"clean\">{ScanText.Count(notFound, "pattern")} not found</summary><p class=\"small\">")
                .AppendJoin(
                    ", ",
                    shown.Where(pattern => pattern.Hits == 0).Select(pattern => HtmlPage.Text(ScanText.Name(pattern.Kind, pattern.Id)))
                )
                .Append("</p></details>\n");
        }

        if (report.Patterns.Count > MostPatterns)
            page.Append(
                $"<p class=\"small\">{ScanText.Count(report.Patterns.Count - MostPatterns, "more pattern")} not shown; the JSON report "
                    + "has them.</p>\n"
            );
    }

    private static void WritePictures(StringBuilder page, ScanReport report)
    {
        foreach (PageMap map in report.Maps)
        {
            page.Append($"<h2>Physical memory of {HtmlPage.Text(map.Source)}</h2>\n");
            HtmlPicture.Write(page, map);
        }
    }

    private static void WriteHits(StringBuilder page, ScanReport report)
    {
        if (report.Hits.Count == 0) return;
        bool shown = report.Hits.Take(MostHits).Any(hit => hit.Text is not null);
        page.Append(
                "<h2>Hits</h2>\n<div class=\"wide\"><table>\n<tr><th>source<th>physical<th>offset<th "
                    + "class=\"number\">length<th>pattern<th>found<th>page state<th>owner"
            )
            .Append(shown ? "<th>text</tr>\n" : "</tr>\n");
        foreach (ScanHit hit in report.Hits.Take(MostHits))
        {
            string found = hit.Whole ? "whole" : hit.PatternOffset > 0 ? $"from byte {Number(hit.PatternOffset)}" : "beginning";
            page.Append($"<tr><td>{Place(hit.Source, hit.Part)}")
                .Append(
                    $"<td class=\"address\">{(hit.Physical is { } physical ? AddressConverter.Format(physical) : "")}<td "
                        + $"class=\"address\">0x{hit.Offset:x}"
                )
                .Append(
                    $"<td class=\"number\">{ByteSize.Format(hit.Length)}<td>{HtmlPage.Text(ScanText.Name(hit.Kind, hit.Id))}<td>{found}"
                )
                .Append(hit.Confidence < 100 ? $" <span class=\"small\">{hit.Confidence} % sure</span>" : "")
                .Append($"<td>{(hit.PageState is null ? "" : HtmlPage.Text(ScanText.State(hit.PageState)))}<td>{HtmlPage.Text(hit.Owner)}")
                .Append(shown ? $"<td class=\"address\">{HtmlPage.Text(hit.Text)}</tr>\n" : "</tr>\n");
        }

        page.Append("</table></div>\n");
        long all = Totals.Plus(report.Hits.Count, report.HitsNotListed);
        if (all > MostHits || report.HitsNotListed > 0)
            page.Append(
                $"<p class=\"small\">The first {Number(Math.Min(MostHits, report.Hits.Count))} of {ScanText.Count(all, "hit")}; the JSON "
                    + $"report lists {Number(report.Hits.Count)}.</p>\n"
            );
    }

    private static void WriteUnread(StringBuilder page, ScanReport report)
    {
        if (report.Unread.Count == 0) return;
        page.Append(
            "<h2>What could not be read</h2>\n<div class=\"wide\"><table>\n<tr><th>source<th>offset<th "
                + "class=\"number\">length<th>why</tr>\n"
        );
        foreach (UnreadRange range in report.Unread.Take(MostUnread))
        {
            page.Append(
                    $"<tr><td>{Place(range.Source, range.Part)}<td class=\"address\">0x{range.Offset:x}"
                        + $"<td class=\"number\">{(range.Length == 0 ? "the rest" : ByteSize.Format(range.Length))}"
                        + $"<td>{HtmlPage.Text(range.Because)}</tr>\n"
                );
        }

        page.Append("</table></div>\n");
        if (report.Unread.Count > MostUnread)
            page.Append(
                $"<p class=\"small\">{ScanText.Count(report.Unread.Count - MostUnread, "more range")}; the JSON report has them.</p>\n"
            );
    }

    private static void WriteSources(StringBuilder page, ScanReport report)
    {
        page.Append(
            "<h2>What was read</h2>\n<div class=\"wide\"><table>\n<tr><th>source<th>form<th>kernel<th class=\"number\">bytes<th "
                + "class=\"number\">time<th class=\"number\">speed<th>page states</tr>\n"
        );
        foreach (ScannedSource source in report.Sources)
        {
            page.Append(
                    $"<tr><td>{HtmlPage.Text(source.Name)}<td>{HtmlPage.Text(source.Form)}<td>{HtmlPage.Text(source.Kernel)}<td "
                        + $"class=\"number\">{ByteSize.Format(source.Bytes)}"
                )
                .Append(
                    $"<td class=\"number\">{Seconds(source.DurationMs)}<td "
                        + $"class=\"number\">{ScanText.Rate(source)}<td>{HtmlPage.Text(source.PageStates)}</tr>\n"
                );
        }

        page.Append("</table></div>\n");
    }

    // A source, and the part of it where it has parts.
    private static string Place(string source, string? part) =>
        HtmlPage.Text(source) + (part is null ? "" : $" <span class=\"small\">{HtmlPage.Text(part)}</span>");

    private static string Bar(long bytes, long most) =>
        bytes <= 0
            ? ""
            : $"<span class=\"bar\" style=\"width:{(10.0 * bytes / most).ToString("0.##", CultureInfo.InvariantCulture)}rem\"></span>";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(long milliseconds) =>
        milliseconds < 1000 ? $"{milliseconds} ms" : $"{(milliseconds / 1000.0).ToString("0.0", CultureInfo.InvariantCulture)} s";
}
