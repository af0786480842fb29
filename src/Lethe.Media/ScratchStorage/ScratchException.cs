using Lethe.Evidence;

namespace Lethe.Media.ScratchStorage;

/// <summary>The scratch directory cannot lie where the user wants it. The exit code is that of wrong usage.</summary>
/// <inheritdoc/>
public sealed class ScratchException(string message, string hint) : FailureException(message, hint, Evidence.ExitCode.Usage);
