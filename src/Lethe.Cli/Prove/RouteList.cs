using Lethe.Media.Matrix;
using Lethe.Media.Routes;
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
            table.AddRow(new Text(entry.Name), new Text(Meaning(entry)));
        console.Write(table);
    }

    private static string Meaning(CatalogRoute entry)
    {
        Route underLethe = Catalog.Find(entry.Name, underLethe: true)!.Route;
        string control = entry.Route.IsControl ? " (control: keeps its data on purpose, but not under lethe run)" : "";
        string protection = underLethe switch
        {
            { LeftOut: { } reason } => $" (not under lethe run: {reason})",
            { WhenProtected: { } different } => $" (under lethe run: {different})",
            _ => "",
        };
        return entry.Route.Meaning + control + protection;
    }
}
