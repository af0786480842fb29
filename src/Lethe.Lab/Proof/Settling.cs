namespace Lethe.Lab.Proof;

/// <summary>
/// Decides when looking again is over: nothing is left, or nothing has changed for a while, or the time is up. The
/// kernel frees some memory later than the end (keys by a work queue, a dead task's registers after a grace period).
/// </summary>
internal sealed class Settling
{
    /// <summary>
    /// How long the count has to stay the same, in milliseconds. In 108 runs (54 routes, two sets of options, 6.1, 2026-11-28) what went
    /// late was gone at the second look, 564 to 668 ms after the end.
    /// </summary>
    public const long UnchangedMs = 1000;

    /// <summary>When looking stops in any case, in milliseconds.</summary>
    public const long LimitMs = 10_000;

    // When the second look is, and what is between looks at least.
    private const long EarlyMs = 500, LeastPauseMs = 50;

    private long? last;

    /// <summary>Milliseconds from the end to the first look that found what the last one found.</summary>
    public long SettledMs { get; private set; }

    /// <summary>Notes a look.</summary>
    /// <param name="elapsedMs">Milliseconds since the end.</param>
    /// <param name="bytes">Bytes found.</param>
    /// <returns>True when this was the last look.</returns>
    public bool Note(long elapsedMs, long bytes)
    {
        if (bytes != last) SettledMs = elapsedMs;
        last = bytes;
        return bytes == 0 || elapsedMs - SettledMs >= UnchangedMs || elapsedMs >= LimitMs;
    }

    /// <summary>
    /// How long to let the machine run before the next look: most of what goes late goes soon; what is still there then
    /// is looked at again when it can be settled.
    /// </summary>
    /// <param name="elapsedMs">Milliseconds since the end, at the last look.</param>
    public TimeSpan PauseAfter(long elapsedMs) =>
        TimeSpan.FromMilliseconds(elapsedMs < EarlyMs ? EarlyMs - elapsedMs : Math.Max(LeastPauseMs, SettledMs + UnchangedMs - elapsedMs));
}
