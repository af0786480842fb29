using Lethe.Evidence;

namespace Lethe.Disposal.Running;

/// <summary>The workload could not be started.</summary>
/// <inheritdoc/>
public sealed class RunException(string message, string hint, int exitCode) : FailureException(message, hint, exitCode);
