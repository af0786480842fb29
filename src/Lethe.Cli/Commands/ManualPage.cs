using System.CommandLine;
using System.Globalization;
using System.Text;
using Lethe.Evidence;

namespace Lethe.Cli.Commands;

/// <summary>A manual page in the form of man(7), made from the command tree, so that it says what the command does.</summary>
internal static class ManualPage
{
    private static readonly (int Code, string Meaning)[] ExitCodes =
    [
        (ExitCode.Clean, "Nothing is left, open or wrong, and all of it was looked at."),
        (ExitCode.OperationalError, "Something failed on the way."),
        (ExitCode.Residue, "Residue was found, a medium is open, or a record was changed."),
        (ExitCode.Inconclusive, "Nothing was found, and not all could be looked at or decided."),
        (ExitCode.Unsupported, "It is not possible on this kernel or machine."),
        (ExitCode.Usage, "The command line is wrong."),
        (ExitCode.Permission, "A permission is missing."),
        (ExitCode.Configuration, "A configuration, profile, rule or limit is wrong."),
    ];

    /// <summary>The commands that have a page of their own, the whole first.</summary>
    public static IEnumerable<(string Name, Command Command)> All(RootCommand root) =>
        [("lethe", root), .. root.Subcommands.Where(command => !command.Hidden).Select(command => ($"lethe-{command.Name}", command))];

    /// <summary>Writes the page of a command.</summary>
    public static string Write(string name, Command command)
    {
        var page = new StringBuilder();
        page.Append($".TH {name.ToUpperInvariant()} 1 \"\" \"lethe\" \"Lethe\"\n");
        page.Append($".SH NAME\n{name} \\- {Text(command.Description!.TrimEnd('.'))}\n");
        page.Append(".SH SYNOPSIS\n");
        foreach (Command one in Named(command)) page.Append($".B {Text(CommandTree.NameOf(one))}\n{Text(Synopsis(one))}\n.br\n");
        if (command.Arguments.Count > 0)
        {
            page.Append(".SH ARGUMENTS\n");
            foreach (Argument argument in command.Arguments) Entry(page, $".I {Text(argument.Name)}", argument.Description);
        }

        Options(page, ".SH OPTIONS", command);
        foreach (Command one in command.Subcommands.Where(one => !one.Hidden))
        {
            if (command is RootCommand)
            {
                if (one == command.Subcommands[0]) page.Append(".SH COMMANDS\n");
                Entry(page, $".BR lethe\\-{Text(one.Name)} (1)", one.Description);
                continue;
            }

            page.Append($".SH {Text(CommandTree.NameOf(one)).ToUpperInvariant()}\n{Text(one.Description ?? "")}\n");
            Options(page, ".SS Options", one);
        }

        page.Append(".SH EXIT STATUS\n");
        if (command.Name == "run") page.Append("That of the command, unless one of these replaces it.\n");
        foreach ((int code, string meaning) in ExitCodes) Entry(page, code.ToString(CultureInfo.InvariantCulture), meaning);
        return page.ToString();
    }

    private static IEnumerable<Command> Named(Command command) =>
        command.Subcommands.Count == 0 || command is RootCommand ? [command] : [command, .. command.Subcommands.Where(one => !one.Hidden)];

    private static string Synopsis(Command command)
    {
        IEnumerable<string> arguments = command.Arguments.Select(argument =>
            argument.Arity switch
            {
                { MinimumNumberOfValues: 0, MaximumNumberOfValues: > 1 } => $"[{argument.Name}...]",
                { MinimumNumberOfValues: 0 } => $"[{argument.Name}]",
                { MaximumNumberOfValues: > 1 } => $"{argument.Name}...",
                _ => argument.Name,
            }
        );
        string words = string.Join(' ', arguments);
        return command is RootCommand ? "COMMAND [options]"
            : command.Name == "run" ? "[options] -- COMMAND"
            : $"{words} [options]".TrimStart();
    }

    private static void Options(StringBuilder page, string heading, Command command)
    {
        Option[] options = [.. CommandTree.OptionsOf(command).OrderBy(option => option.Name == "--help")];
        if (options.Length == 0) return;
        page.Append(heading).Append('\n');
        foreach (Option option in options)
        {
            string names = string.Join(", ", option.Aliases.Where(alias => alias[0] == '-' && alias.Length == 2).Prepend(option.Name));
            string value = option.ValueType == typeof(bool) || option.HelpName is null ? "" : $" \\fI{Text(option.HelpName)}\\fR";
            object? given = option.HasDefaultValue ? option.GetDefaultValue() : null;
            string standard = given is string or int ? $" [default: {given}]" : "";
            Entry(page, $"\\fB{Text(names)}\\fR{value}", option.Description + standard);
        }
    }

    private static void Entry(StringBuilder page, string head, string? text) => page.Append($".TP\n{head}\n{Text(text ?? "")}\n");

    // A line that begins with a point or an apostrophe would be a request; a hyphen would be typographic (groff_char(7)).
    private static string Text(string text)
    {
        string escaped = text.Replace("\\", "\\e").Replace("-", "\\-").Replace("\n", " ");
        return escaped is ['.' or '\'', ..] ? $"\\&{escaped}" : escaped;
    }
}
