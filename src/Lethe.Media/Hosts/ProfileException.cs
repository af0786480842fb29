namespace Lethe.Media.Hosts;

/// <summary>A profile cannot be read.</summary>
/// <param name="message">The file, the line, and what is wrong there.</param>
/// <param name="hint">What to do.</param>
public sealed class ProfileException(string message, string hint) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Hint { get; } = hint;

    /// <summary>The name that is no rule, if that is the reason, so that a caller can suggest the right one; else null.</summary>
    public string? UnknownRule { get; init; }
}
