using System.CommandLine;
using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Spectre.Console;
using Profile = Lethe.Media.Hosts.Profile;

namespace Lethe.Cli.Audit;

/// <summary><c>lethe audit rules</c> and <c>lethe audit profiles</c>: what there is.</summary>
internal static class AuditLists
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON instead of text." };

    /// <summary>The command that lists the rules.</summary>
    public static Command Rules()
    {
        var command = new Command("rules", "Lists all rules.") { Json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(Json)) Console.Out.Write(AuditJson.Write(Profile.Everything.Rules));
            else Draw(Profile.Everything.Rules.Select(rule => (string[])[rule.Id, AuditText.Word(rule.Severity), rule.Title]));
            return ExitCode.Clean;
        });
        return command;
    }

    /// <summary>The command that lists the profiles.</summary>
    public static Command Profiles()
    {
        var command = new Command("profiles", "Lists the profiles that come with lethe.");
        command.SetAction(_ =>
        {
            Draw(Media.Hosts.Profiles.All.Select(profile => (string[])[profile.Name, profile.About]));
            return ExitCode.Clean;
        });
        return command;
    }

    private static void Draw(IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders();
        foreach (string[] row in rows)
        {
            while (table.Columns.Count < row.Length) table.AddColumn(new TableColumn("") { NoWrap = table.Columns.Count < row.Length - 1 });
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        new Terminal("auto").Output.Write(table);
    }
}
