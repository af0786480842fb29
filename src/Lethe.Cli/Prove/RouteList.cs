using Lethe.Media;
using Spectre.Console;

namespace Lethe.Cli.Prove;

/// <summary>Draws what routes there are.</summary>
internal static class RouteList
{
    public static void Draw(IAnsiConsole console, IReadOnlyList<CatalogRoute> routes)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("route").AddColumn("meaning");
        table.Columns[0].NoWrap();
        foreach (CatalogRoute entry in routes)
            table.AddRow(new Text(entry.Name), new Text(entry.Route.Meaning + (entry.Route.IsControl ? " (control: keeps its data on purpose)" : "")));
        console.Write(table);
    }
}
