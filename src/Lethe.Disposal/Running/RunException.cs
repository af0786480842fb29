namespace Lethe.Disposal.Running;

/// <summary>The workload could not be started.</summary>
/// <param name="message">What failed and why.</param>
/// <param name="hint">What to do about it.</param>
/// <param name="exitCode">The exit code that fits.</param>
public sealed class RunException(string message, string hint, int exitCode) : Exception(message)
{
    /// <summary>What to do about it.</summary>
    public string Hint { get; } = hint;

    /// <summary>The exit code that fits.</summary>
    public int ExitCode { get; } = exitCode;
}
