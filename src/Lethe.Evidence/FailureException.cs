namespace Lethe.Evidence;

/// <summary>Something cannot be done as asked: what failed, and what to do about it.</summary>
/// <param name="message">What failed, on what, why.</param>
/// <param name="hint">What to do.</param>
/// <param name="exitCode">What the process returns (<see cref="Evidence.ExitCode"/>).</param>
public abstract class FailureException(string message, string hint, int exitCode) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Hint { get; } = hint;

    /// <summary>What the process returns.</summary>
    public int ExitCode { get; } = exitCode;
}
