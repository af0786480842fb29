namespace Lethe.Disposal.Tracing;

/// <summary>What the tracer does besides following.</summary>
/// <param name="Wipe">Whether memory is zeroed at its end; off only to show what it is good for.</param>
/// <param name="HoldAtExecute">Whether memory is kept over execve to be zeroed; off only to show what it is good for.</param>
/// <param name="Threads">How many threads write when there is much to wipe.</param>
internal sealed record TracerOptions(bool Wipe, bool HoldAtExecute, int Threads);

/// <summary>What a seccomp filter tells the tracer: why it stopped a call.</summary>
internal static class StopReason
{
    public const int Execute = 1, Unmap = 2, Break = 3, Remap = 4, MapOver = 5, Advise = 6, Trace = 7;

    public const int Truncate = 8, TruncatePath = 9, Punch = 10, DetachSegment = 11, RemoveSegment = 12, RemoveShared = 13;

    public const int Mount = 14, OpenFileSystem = 15, Unmount = 16, NewMounts = 17;
}
