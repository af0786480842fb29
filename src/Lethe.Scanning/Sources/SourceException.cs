using Lethe.Linux;

namespace Lethe.Scanning.Sources;

/// <summary>A source cannot be opened or is damaged beyond what can be passed over.</summary>
/// <param name="message">What failed, on what and why, one line.</param>
/// <param name="hint">What to do, one line, if there is something.</param>
/// <param name="error">The kernel's error (errno) behind it; 0 without one.</param>
public sealed class SourceException(string message, string? hint = null, int error = 0) : Exception(message)
{
    /// <summary>Whether this user may not, and another may.</summary>
    public bool IsPermission { get; } = error is Errno.EACCES or Errno.EPERM;

    /// <summary>What to do.</summary>
    public string? Hint { get; } = hint;
}
