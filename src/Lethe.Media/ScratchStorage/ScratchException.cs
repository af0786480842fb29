using Lethe.Evidence;

namespace Lethe.Media.ScratchStorage;

/// <summary>The scratch directory cannot lie where it is wanted.</summary>
/// <inheritdoc/>
public sealed class ScratchException(string message, string hint) : FailureException(message, hint, Evidence.ExitCode.Usage);
