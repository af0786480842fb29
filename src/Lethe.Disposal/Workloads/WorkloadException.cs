using Lethe.Evidence;

namespace Lethe.Disposal.Workloads;

/// <summary>The workload could not be started.</summary>
/// <inheritdoc/>
public sealed class WorkloadException(string message, string hint, int exitCode) : FailureException(message, hint, exitCode);
