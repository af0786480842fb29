using System.Text;
using Lethe.Evidence.Scan.Pictures;

namespace Lethe.Evidence.Scan.Html;

/// <summary>Memory's picture within a page, with its legend as text.</summary>
internal static class HtmlPicture
{
    public static void Write(StringBuilder page, PageMap map)
    {
        string picture = Convert.ToBase64String(PageMapPicture.Png(map));
        string memory = ByteSize.Format(PageMapLegend.MemoryBytes(map));
        page.Append(
                $"<figure><img alt=\"Picture of {memory} of physical memory of {HtmlPage.Text(map.Source)}\" "
                    + $"src=\"data:image/png;base64,{picture}\">\n"
            )
            .Append("<figcaption><ul class=\"legend\">");
        WriteEntry(page, PageMapLegend.Residue(map));
        foreach (PageMapLegend.Entry entry in PageMapLegend.States(map)) WriteEntry(page, entry);
        page.Append(
            $"</ul><div class=\"small\">{memory}. {PageMapPicture.Scale(map)}. "
                + $"{PageMapPicture.Reading(PageMapLayout.Hilbert)}.</div></figcaption></figure>\n"
        );
    }

    private static void WriteEntry(StringBuilder page, PageMapLegend.Entry entry) =>
        page.Append(
            $"<li><span class=\"swatch\" style=\"background:#{entry.Colour:x6}\"></span>{HtmlPage.Text(entry.Name)} <span "
                + $"class=\"small\">{entry.Share}</span>\n"
        );
}
