namespace Lethe.Cli.Run;

/// <summary>
/// The arguments of <c>lethe run</c>, divided at the first <c>--</c>. What follows belongs to the command and is not parsed:
/// it may look like options, and there may be more of it than a parser takes.
/// </summary>
/// <param name="Own">What lethe reads.</param>
/// <param name="Command">The command's words; null without <c>--</c>.</param>
internal sealed record RunWords(string[] Own, string[]? Command)
{
    /// <summary>Divides them; those of other commands stay whole.</summary>
    public static RunWords Of(string[] arguments)
    {
        int at = arguments is ["run", ..] ? Array.IndexOf(arguments, "--") : -1;
        return at < 0 ? new RunWords(arguments, null) : new RunWords(arguments[..at], arguments[(at + 1)..]);
    }
}
