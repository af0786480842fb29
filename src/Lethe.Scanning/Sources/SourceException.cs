namespace Lethe.Scanning.Sources;

/// <summary>A source cannot be opened or is damaged beyond what can be passed over.</summary>
/// <param name="message">What failed, on what and why, one line.</param>
/// <param name="hint">What to do, one line, if there is something.</param>
public sealed class SourceException(string message, string? hint = null) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string? Hint { get; } = hint;
}
