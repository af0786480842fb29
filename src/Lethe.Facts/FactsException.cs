namespace Lethe.Facts;

/// <summary>Facts cannot be read as asked.</summary>
/// <param name="message">What failed, on what, why.</param>
/// <param name="hint">What to do.</param>
public sealed class FactsException(string message, string hint) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Hint { get; } = hint;
}
