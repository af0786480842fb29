using Lethe.Evidence;

namespace Lethe.Cli.Scan;

/// <summary>A scan cannot be done as asked.</summary>
/// <inheritdoc/>
internal sealed class ScanException(string message, string hint, int exitCode) : FailureException(message, hint, exitCode);
