using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>Decides before each small step whether the machine can still spare the memory.</summary>
/// <param name="floor">Free bytes that have to remain.</param>
/// <param name="cancel">Ends the scrub.</param>
internal sealed class ScrubGuard(long floor, CancellationToken cancel)
{
    private volatile bool pressed;

    /// <summary>True once a step was refused because memory became short.</summary>
    public bool Pressed => pressed;

    /// <summary>True when the scrub was cancelled.</summary>
    public bool Cancelled => cancel.IsCancellationRequested;

    /// <summary>Whether this many bytes can be taken now.</summary>
    public bool Allows(long bytes)
    {
        if (cancel.IsCancellationRequested) return false;
        if (SystemMemory.FreeBytes() - bytes >= floor) return true;
        pressed = true;
        return false;
    }

    /// <summary>A guard that lets as much be taken, from now on, as the plan may hold at once.</summary>
    public static ScrubGuard For(ScrubPlan plan, CancellationToken cancel) => new(SystemMemory.FreeBytes() - plan.Room, cancel);
}
