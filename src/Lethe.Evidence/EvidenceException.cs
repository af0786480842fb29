namespace Lethe.Evidence;

/// <summary>Evidence cannot be written or read as asked: what failed, and what to do about it.</summary>
/// <param name="message">What failed, on what, why.</param>
/// <param name="hint">What to do.</param>
/// <param name="exitCode">The exit code that tells scripts (design: Exit codes).</param>
public sealed class EvidenceException(string message, string hint, int exitCode) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Hint { get; } = hint;

    /// <summary>The exit code that tells scripts.</summary>
    public int ExitCode { get; } = exitCode;
}
