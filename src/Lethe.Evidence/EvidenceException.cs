namespace Lethe.Evidence;

/// <summary>Evidence cannot be written or read as asked.</summary>
/// <inheritdoc/>
public sealed class EvidenceException(string message, string hint, int exitCode) : FailureException(message, hint, exitCode);
