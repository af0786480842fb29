using System.Net;
using System.Text;

namespace Lethe.Evidence;

/// <summary>The frame of a self-contained page: no script, no font, no picture from elsewhere, and a policy that forbids them.</summary>
internal static class HtmlPage
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --soft: #8881; --clean: #1a7f37; --residue: #c4003e; --open: #9a6700;
          --free: #2962a8 }
        @media (prefers-color-scheme: dark) { :root { --clean: #4cc26b; --residue: #ff6b8f; --open: #e0b040; --free: #7fb0f0 } }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .3rem }
        h2 { font-size: 1.1rem; margin: 2.2rem 0 .4rem }
        h3 { font-size: 1rem; margin: 1rem 0 .2rem }
        .verdict { border-left: .4rem solid currentColor; padding: .2rem 0 .2rem 1rem; margin: 1rem 0 }
        .verdict p { margin: .1rem 0; color: CanvasText }
        .clean { color: var(--clean) }
        .residue { color: var(--residue) }
        .inconclusive, .unsupported { color: var(--open) }
        .small { opacity: .75; font-size: .88rem }
        .wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
        th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line);
          overflow-wrap: anywhere }
        th { font-size: .85rem; opacity: .8; white-space: nowrap }
        td.number, th.number { text-align: right; white-space: nowrap }
        td.address { font-family: ui-monospace, monospace; font-size: .88rem; white-space: nowrap }
        tr.part td { border-bottom-style: dotted } tbody.pattern td:first-child { font-weight: 600 }
        .bar { display: inline-block; height: .55rem; border-radius: 2px; background: var(--residue); min-width: 2px;
          vertical-align: baseline }
        figure { margin: .6rem 0; break-inside: avoid }
        figure img { display: block; max-width: 100%; background: #fff; border: 1px solid #b4bac0; image-rendering: pixelated }
        figcaption { margin-top: .5rem }
        ul.legend { display: flex; flex-wrap: wrap; gap: .15rem 1.2rem; list-style: none; padding: 0; margin: .2rem 0 }
        .swatch { display: inline-block; width: .9rem; height: .9rem; border: 1px solid #8888; border-radius: 2px;
          vertical-align: -.12rem; margin-right: .4rem; print-color-adjust: exact; -webkit-print-color-adjust: exact }
        .beside { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem }
        @media (max-width: 50rem) { .beside { grid-template-columns: 1fr } }
        @media print {
          body { max-width: none; margin: 0; font-size: 11px }
          h2 { break-after: avoid }
          tr { break-inside: avoid }
          .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact }
        }
        """;

    /// <summary>Everything before the content.</summary>
    /// <param name="title">The title; untrusted.</param>
    /// <param name="style">What this kind of page needs beside the common style; begins with a line break.</param>
    public static StringBuilder Begin(string title, string style = "") => new StringBuilder()
        .Append(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                + "content=\"width=device-width\">\n"
        )
        .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n")
        .Append($"<title>{Text(title)}</title>\n<style>\n").Append(Style).Append(style).Append("\n</style>\n</head>\n<body>\n");

    /// <summary>The whole page.</summary>
    public static string End(StringBuilder page) => page.Append("</body>\n</html>\n").ToString();

    /// <summary>Untrusted text, safe within the page and safe to look at.</summary>
    public static string Text(string? text) => text is null ? "" : WebUtility.HtmlEncode(Printable.Of(text));
}
