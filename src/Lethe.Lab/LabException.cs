using Lethe.Evidence;

namespace Lethe.Lab;

/// <summary>The laboratory cannot work as asked.</summary>
/// <inheritdoc/>
public sealed class LabException(string message, string hint, int exitCode) : FailureException(message, hint, exitCode);
