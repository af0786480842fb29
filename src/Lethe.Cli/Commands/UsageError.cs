using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Lethe.Evidence;

namespace Lethe.Cli.Commands;

/// <summary>What is wrong with a command line, and what was probably meant.</summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Hint">What to write instead.</param>
internal sealed record UsageError(string Message, string Hint)
{
    /// <summary>Finds the first error of a command line; null when there is none.</summary>
    /// <param name="parsed">The command line as the parser understood it.</param>
    /// <param name="arguments">The command line as it was given.</param>
    public static UsageError? Find(ParseResult parsed, string[] arguments)
    {
        Command command = parsed.CommandResult.Command;
        string help = $"see {CommandTree.NameOf(command)} --help";
        if (UnknownOption(parsed, arguments) is { } option)
        {
            return new UsageError($"{CommandTree.NameOf(command)} has no option {Printable.Of(option)}",
                $"did you mean {Nearest(option.Split('=')[0], CommandTree.OptionsOf(command).Select(known => known.Name))}? {help}");
        }

        if (parsed.UnmatchedTokens is [var word, ..])
        {
            return command.Subcommands.Count == 0
                ? new UsageError($"{CommandTree.NameOf(command)} takes no further word: '{Printable.Of(word)}'", help)
                : new UsageError(
                    $"there is no command '{Printable.Of(word)}'",
                    $"did you mean {Nearest(word, command.Subcommands.Select(known => known.Name))}? {help}"
                );
        }

        return parsed.Errors.Count == 0 ? null : new UsageError(Describe(parsed.Errors[0]), Allowed(parsed.Errors[0]) ?? help);
    }

    // Of an option that takes only certain words, those.
    private static string? Allowed(ParseError error) =>
        error.SymbolResult is OptionResult { Tokens.Count: 1 } result
        && result.Option.GetCompletions(CompletionContext.Empty).Select(word => word.Label).ToArray() is { Length: > 0 } words
            ? $"give one of {string.Join(", ", words)}"
            : null;

    // The parser takes what it does not know for one more argument, even when it looks like an option.
    private static string? UnknownOption(ParseResult parsed, string[] arguments)
    {
        HashSet<string> options = [.. arguments.TakeWhile(word => word != "--").Where(word => word.Length > 1 && word[0] == '-')];
        IEnumerable<string> taken = parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(result => result.Tokens.Select(token => token.Value));
        return taken.Concat(parsed.UnmatchedTokens).FirstOrDefault(options.Contains);
    }

    private static string Describe(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0 } result => $"{result.Option.Name} needs a value ({result.Option.HelpName ?? "VALUE"})",
        OptionResult { Tokens: [var value] } result => $"{result.Option.Name} {Printable.Of(value.Value)} is not possible",
        OptionResult result => $"{result.Option.Name} is given more than once",
        ArgumentResult { Tokens.Count: 0 } result => $"{result.Argument.Name} is missing",
        _ => error.Message,
    };

    private static string Nearest(string given, IEnumerable<string> known) => Spelling.Nearest(given, known).First();
}
