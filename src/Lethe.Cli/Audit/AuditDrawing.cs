using Lethe.Evidence.Audit;
using Spectre.Console;

namespace Lethe.Cli.Audit;

/// <summary>An audit on the terminal: the media first, then what is open or unknown, then what to do.</summary>
internal static class AuditDrawing
{
    // So many columns fit beside the media on a terminal of 80 columns.
    private const int MostHostColumns = 4;

    /// <summary>Draws a report.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="report">The report.</param>
    /// <param name="closed">Whether what is closed is told rule by rule as well.</param>
    /// <param name="rootWouldKnow">Whether this host was judged by somebody who may not read all of it.</param>
    public static void Draw(IAnsiConsole console, AuditReport report, bool closed, bool rootWouldKnow)
    {
        DrawMatrix(console, AuditMatrix.Of(report, MostHostColumns));
        foreach (AuditLine line in AuditLines.Of(report, closed)) Write(console, line);
        Write(console, new AuditLine(0, ""));
        string next = AuditText.Next(report, rootWouldKnow) is { } steps ? $"; next: {steps}" : "";
        Write(console, new AuditLine(0, AuditText.Headline(report) + next));
    }

    private static void DrawMatrix(IAnsiConsole console, AuditMatrix matrix)
    {
        if (matrix.Rows.Count == 0) return;
        var table = new Table().Border(TableBorder.Simple);
        foreach (string title in matrix.Columns) table.AddColumn(new TableColumn(new Text(title)));
        table.Columns[0].NoWrap();
        foreach (AuditMatrixRow row in matrix.Rows)
            table.AddRow([new Text(row.Title), .. row.Cells.Select(cell => new Text(cell.Text, StyleOf(cell.State)))]);
        console.Write(table);
    }

    private static void Write(IAnsiConsole console, AuditLine line)
    {
        foreach (string part in line.Wrap(console.Profile.Width)) console.Write(new Text(part + "\n", StyleOf(line.State)));
    }

    private static Style StyleOf(Posture? state) => state switch
    {
        Posture.Closed => new Style(Color.Green),
        Posture.Open => new Style(Color.Red),
        Posture.Unknown => new Style(Color.Yellow),
        _ => Style.Plain,
    };
}
