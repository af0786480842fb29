namespace Lethe.Cli.Scan;

/// <summary>A scan cannot be done as asked.</summary>
/// <param name="message">What failed, on what, why.</param>
/// <param name="hint">What to do.</param>
/// <param name="exitCode">What the process returns.</param>
internal sealed class ScanException(string message, string hint, int exitCode) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Hint { get; } = hint;

    /// <summary>What the process returns.</summary>
    public int ExitCode { get; } = exitCode;
}
