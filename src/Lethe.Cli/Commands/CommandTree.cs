using System.CommandLine;
using Lethe.Cli.Audit;
using Lethe.Cli.Certificates;
using Lethe.Cli.Prove;
using Lethe.Cli.Run;
using Lethe.Cli.Scan;

namespace Lethe.Cli.Commands;

/// <summary>All commands and their options. Help, errors and man pages are made from it.</summary>
internal static class CommandTree
{
    /// <summary>Makes it.</summary>
    /// <param name="command">What <c>lethe run</c> is to run; null when nothing was given.</param>
    public static RootCommand Create(string[]? command = null) =>
        new("Ends Linux workloads so that nothing of them can be read afterwards, and proves it.")
        {
            RunCommand.Create(command),
            ProveCommand.Create(),
            ScanCommand.Create(),
            AuditCommand.Create(),
            CertificateCommand.Create(),
        };

    /// <summary>A command's full name, for example <c>lethe certificate show</c>.</summary>
    public static string NameOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{NameOf(parent)} {command.Name}" : "lethe";

    /// <summary>The options that users may give to a command: its own, and those that every command has.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options
            .Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive)))
            .Where(option => !option.Hidden);
}
