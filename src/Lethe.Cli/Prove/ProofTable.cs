using Lethe.Evidence;
using Lethe.Evidence.Proof;
using Lethe.Media;
using Lethe.Media.Matrix;
using Spectre.Console;

namespace Lethe.Cli.Prove;

/// <summary>Draws a proof: a row a route, grouped by medium, a column a set of kernel options, without and with <c>lethe run</c>.</summary>
internal static class ProofTable
{
    public static void Draw(IAnsiConsole console, ProofReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("route");
        table.Columns[0].NoWrap();
        IReadOnlyList<ProofColumn> columns = report.Columns();
        foreach (ProofColumn column in columns) table.AddColumn(new TableColumn(new Text(TitleOf(column))));
        var cells = report.Cells();
        foreach (IGrouping<string, RouteDescription> medium in report.Routes.GroupBy(route => route.Medium))
        {
            table.AddRow(new Text(TitleOf(medium.Key), new Style(decoration: Decoration.Bold)));
            foreach (RouteDescription route in medium)
                table.AddRow([
                    new Text($"  {route.Name[(medium.Key.Length + 1)..]}"),
                    .. columns.Select(column => Cell(cells.GetValueOrDefault((route.Name, column)))),
                ]);
        }

        console.Write(table);
        DrawReasons(console, report);
        DrawSummary(console, report);
    }

    private static Text Cell(RouteRun? run)
    {
        if (run is null) return new Text(CellText.LeftOut);
        string text = CellText.Of(run);
        Color colour = run.Verdict switch
        {
            Verdict.Clean => Color.Green,
            Verdict.Residue when run.Control => Color.Blue,
            Verdict.Residue => Color.Red,
            _ => Color.Yellow,
        };
        return new Text(run.Control && run.Verdict == Verdict.Residue ? $"{text} (control)" : text, new Style(colour));
    }

    private static void DrawReasons(IAnsiConsole console, ProofReport report)
    {
        foreach (RouteRun run in report.Runs.Where(run => run.Reason is not null))
            console.WriteLine($"{run.Route} [{TitleOf(run.Column())}]: {run.Reason}");
    }

    private static void DrawSummary(IAnsiConsole console, ProofReport report)
    {
        foreach (ProofColumn column in report.Columns())
        {
            RouteRun[] runs = [.. report.Runs.Where(run => run.Column() == column && !run.Control)];
            RouteRun? first = runs.FirstOrDefault(run => run.Effective is not null);
            string effective = first?.Effective is { } state
                ? $"init_on_alloc {OnOff(state.InitOnAlloc)}, init_on_free {OnOff(state.InitOnFree)}, page_poison {OnOff(state.PagePoison)}"
                : "";
            int refused = runs.Count(run => run.Refused);
            console.WriteLine(
                $"{first?.Kernel} {TitleOf(column)}: {effective}: "
                + $"{runs.Count(run => run.Verdict == Verdict.Clean)} of {runs.Length} routes clean, "
                + $"{runs.Count(run => run.Verdict == Verdict.Residue)} leave residue"
                + (refused > 0 ? $", {refused} refused by a seal" : ""));
        }

        if (report.ProtectedWith is { } given) console.WriteLine($"workloads under lethe run were started by: lethe run {given}".TrimEnd());

        int controls = report.Runs.Count(run => run.Control);
        if (controls > 0)
            console.WriteLine(
                $"controls that keep their data on purpose: {report.Runs.Count(run => run.Control && run.Verdict == Verdict.Residue)} of "
                    + $"{controls} were seen"
            );
        console.WriteLine(
            $"planted {ByteSize.Format(report.PlantBytes)} a route in {ByteSize.Format(report.MemoryBytes)} machines "
                + $"({report.Accelerator}), {report.DurationMs / 1000} s"
        );
    }

    private static string TitleOf(ProofColumn column) => Printable.Of(column.Title);

    private static string OnOff(bool on) => on ? "on" : "off";

    private static string TitleOf(string medium) =>
        Medium.All.FirstOrDefault(entry => entry.Name == medium)?.Title ?? medium;
}
