namespace Lethe.Scanning.Secrets;

/// <summary>A file of rules cannot be used. The message says where it is wrong and what to do.</summary>
public sealed class RuleFileException(string file, long line, string problem) : Exception($"{file}:{line}: {problem}")
{
    /// <summary>The line, counted from 1.</summary>
    public long Line { get; } = line;
}
