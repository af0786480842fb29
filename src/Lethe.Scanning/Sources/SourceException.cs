using Lethe.Linux;

namespace Lethe.Scanning.Sources;

/// <summary>A source cannot be opened, or is so damaged that it cannot be read on.</summary>
/// <param name="message">What failed, on what and why, in one line.</param>
/// <param name="hint">What to do, in one line; null when there is nothing.</param>
/// <param name="error">The kernel's error (errno) that caused it; 0 for none.</param>
public sealed class SourceException(string message, string? hint = null, int error = 0) : Exception(message)
{
    /// <summary>Whether it failed for lack of permission (EACCES or EPERM). Another user may succeed.</summary>
    public bool IsPermission { get; } = error is Errno.EACCES or Errno.EPERM;

    /// <summary>What to do, in one line; null when there is nothing.</summary>
    public string? Hint { get; } = hint;
}
