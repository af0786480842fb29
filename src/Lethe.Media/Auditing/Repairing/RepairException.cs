namespace Lethe.Media.Auditing.Repairing;

/// <summary>Repairs cannot be written as the user wants.</summary>
/// <param name="message">What failed, on what, and why.</param>
/// <param name="hint">What to do.</param>
public sealed class RepairException(string message, string hint) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Hint { get; } = hint;
}
