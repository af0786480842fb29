using Lethe.Evidence;

namespace Lethe.Facts.Guests;

/// <summary>One argument of a command line.</summary>
/// <param name="Text">The argument; untrusted.</param>
/// <param name="Evidence">Where it stands.</param>
internal readonly record struct Argument(string Text, Citation Evidence);

/// <summary>A program's arguments: from a shell command of one or many lines, or from a process, one a line.</summary>
internal sealed class ArgumentList
{
    private const int Most = 10_000;

    private readonly List<Argument> arguments;

    private ArgumentList(List<Argument> arguments) => this.arguments = arguments;

    /// <summary>All arguments, the program first when it is there.</summary>
    public IReadOnlyList<Argument> All => arguments;

    /// <summary>Reads what a shell would pass to a program.</summary>
    public static ArgumentList OfShell(Reading reading) =>
        new([
            .. new ShellWords(reading.Text ?? "")
                .Read(Most)
                .Select(word => new Argument(word.Word, new Citation(reading.Source, word.Line, word.Word))),
        ]);

    /// <summary>Reads arguments that stand one a line, as facts of processes do.</summary>
    public static ArgumentList OfLines(Reading reading) =>
        new([.. reading.Lines.Take(Most).Where(line => line.Text.Length > 0).Select(line => new Argument(line.Text, line.Evidence))]);

    /// <summary>The place of the first argument that names one of these programs; -1 when none does.</summary>
    public int IndexOfProgram(params ReadOnlySpan<string> starts)
    {
        for (int at = 0; at < arguments.Count; at++)
        {
            string name = arguments[at].Text[(arguments[at].Text.LastIndexOf('/') + 1)..];
            foreach (string start in starts)
                if (name.StartsWith(start, StringComparison.Ordinal)) return at;
        }

        return -1;
    }

    /// <summary>Whether an option without value is there, with one minus or two.</summary>
    public Argument? Flag(string name) =>
        arguments
            .Where(argument => argument.Text.TrimStart('-') == name && argument.Text.StartsWith('-'))
            .Select(argument => (Argument?)argument)
            .LastOrDefault();

    /// <summary>
    /// The values of an option: <c>-name value</c>, <c>--name value</c>, <c>--name=value</c>; several values may follow one name.
    /// </summary>
    /// <param name="name">Without minus.</param>
    public IEnumerable<Argument> Values(string name)
    {
        for (int at = 0; at < arguments.Count; at++)
        {
            string text = arguments[at].Text;
            if (!text.StartsWith('-')) continue;
            string option = text.TrimStart('-');
            if (option.StartsWith(name + "=", StringComparison.Ordinal)) yield return Said(arguments[at], option[(name.Length + 1)..]);
            else if (option == name)
                for (Argument named = arguments[at]; at + 1 < arguments.Count && !arguments[at + 1].Text.StartsWith('-'); at++)
                    yield return Said(named, arguments[at + 1].Text);
        }
    }

    private static Argument Said(Argument option, string value) =>
        new(
            value,
            option.Evidence with
            {
                Text =
                    option.Text.EndsWith(value, StringComparison.Ordinal) && option.Text.Contains('=')
                        ? option.Text
                        : $"{option.Text} {value}",
            }
        );
}
