using System.Globalization;
using System.Text;

namespace Lethe.Evidence.Scan.Html;

/// <summary>Writes what changed between two scans as one self-contained page, with memory's pictures side by side.</summary>
internal static class ComparisonHtml
{
    private const int MostRows = 2000, MostGaps = 200;

    /// <summary>The page.</summary>
    public static string Write(ScanComparison comparison, ScanReport before, ScanReport after)
    {
        StringBuilder page = HtmlPage.Begin("Lethe: what went");
        page.Append(
            $"<div class=\"verdict {comparison.Verdict.Word()}\"><h1>{HtmlPage.Text(ComparisonText.Headline(comparison))}</h1>\n"
        );
        foreach (string gap in comparison.Gaps.Take(MostGaps)) page.Append($"<p>{HtmlPage.Text(gap)}</p>\n");
        if (comparison.Gaps.Count > MostGaps) page.Append($"<p>and {ScanText.Count(comparison.Gaps.Count - MostGaps, "more gap")}</p>\n");
        page.Append($"</div>\n<p class=\"small\">before: {Time(before)}, after: {Time(after)}</p>\n");
        WriteChanges(page, comparison);
        WritePictures(page, before, after);
        return HtmlPage.End(page);
    }

    private static void WriteChanges(StringBuilder page, ScanComparison comparison)
    {
        page.Append(
            "<h2>What became of it</h2>\n<div class=\"wide\"><table>\n<tr><th>pattern<th>change<th>page state before<th>page state "
                + "after<th class=\"number\">hits<th class=\"number\">bytes</tr>\n"
        );
        foreach (ScanChange change in comparison.Changes.Take(MostRows))
        {
            bool went = change.Change == ChangeKind.Went, added = change.Change == ChangeKind.New;
            page.Append(
                    $"<tr><td>{HtmlPage.Text(ScanText.Name(change.Kind, change.Id))}<td "
                        + $"class=\"{(went ? "clean" : "residue")}\">{(went ? "went" : added ? "new" : "stayed")}"
                )
                .Append(
                    $"<td>{(added ? "" : HtmlPage.Text(ScanText.State(change.StateBefore)))}"
                        + $"<td>{(went ? "" : HtmlPage.Text(ScanText.State(change.StateAfter)))}"
                )
                .Append(
                    $"<td class=\"number\">{change.Hits.ToString("N0", CultureInfo.InvariantCulture)}<td "
                        + $"class=\"number\">{ByteSize.Format(change.Bytes)}</tr>\n"
                );
        }

        page.Append("</table></div>\n");
        if (comparison.Changes.Count > MostRows)
            page.Append(
                $"<p class=\"small\">{ScanText.Count(comparison.Changes.Count - MostRows, "more row")}; the JSON report has them.</p>\n"
            );
    }

    private static void WritePictures(StringBuilder page, ScanReport before, ScanReport after)
    {
        if (before.Maps.Count + after.Maps.Count == 0) return;
        var sources = SourcePairs.Of(before, after);
        var rest = after.Maps.ToList();
        foreach (PageMap first in before.Maps)
        {
            PageMap? second = rest.Find(map => sources.NameBefore(map.Source) == first.Source);
            if (second is not null) rest.Remove(second);
            WritePair(page, first, second);
        }

        foreach (PageMap second in rest) WritePair(page, null, second);
    }

    private static void WritePair(StringBuilder page, PageMap? before, PageMap? after)
    {
        page.Append($"<h2>Physical memory of {HtmlPage.Text((after ?? before)!.Source)}</h2>\n<div class=\"beside\">\n");
        foreach ((string when, PageMap? map) in new[] { ("before", before), ("after", after) })
        {
            page.Append($"<div><h3>{when}</h3>\n");
            if (map is not null) HtmlPicture.Write(page, map);
            else page.Append("<p class=\"small\">no picture: page states were not known</p>\n");
            page.Append("</div>\n");
        }

        page.Append("</div>\n");
    }

    private static string Time(ScanReport report) =>
        report.Began.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";
}
