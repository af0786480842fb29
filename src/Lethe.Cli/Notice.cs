using Lethe.Evidence;

namespace Lethe.Cli;

/// <summary>Sentences for the user on standard error.</summary>
internal static class Notice
{
    /// <summary>Writes one.</summary>
    /// <param name="text">What is to be told; what steers a terminal is escaped.</param>
    public static void Write(string text) => Console.Error.WriteLine($"lethe: {Printable.Of(text)}");

    /// <summary>Writes one and, below it, what to do.</summary>
    /// <param name="text">What is to be told; what steers a terminal is escaped.</param>
    /// <param name="hint">Lethe's own text, in which what is quoted is escaped already; null when there is nothing to do.</param>
    public static void Write(string text, string? hint)
    {
        Write(text);
        if (hint is not null) Console.Error.WriteLine($"  {hint}");
    }
}
