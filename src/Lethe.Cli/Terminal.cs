using Spectre.Console;

namespace Lethe.Cli;

/// <summary>Where to draw: data on standard output, everything else on standard error, each with or without colour.</summary>
internal sealed class Terminal
{
    // Wide enough for a table that is written to a file or a pipe.
    private const int WidthWithoutTerminal = 160;

    /// <summary>Decides about colour.</summary>
    /// <param name="colour">auto, always or never.</param>
    public Terminal(string colour)
    {
        Output = Make(Console.Out, colour, Console.IsOutputRedirected);
        ErrorIsTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
    }

    /// <summary>Standard output.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>Whether a line on standard error can be drawn over.</summary>
    public bool ErrorIsTerminal { get; }

    /// <summary>The flag goes first, then NO_COLOR (present and not empty, no-color.org), then what the stream is.</summary>
    internal static bool UseColour(string colour, string? noColour, bool redirected) => colour switch
    {
        "always" => true,
        "never" => false,
        _ => string.IsNullOrEmpty(noColour) && !redirected,
    };

    private static IAnsiConsole Make(TextWriter writer, string colour, bool redirected)
    {
        bool coloured = UseColour(colour, Environment.GetEnvironmentVariable("NO_COLOR"), redirected);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = coloured ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = coloured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (redirected) console.Profile.Width = WidthWithoutTerminal;
        return console;
    }
}
