namespace Lethe.Media.Routes;

/// <summary>
/// A route by way of swap. Without <c>lethe run</c>, the memory is swapped out before the positive control. Under it nothing
/// may be swapped out, so the control finds the memory in RAM. Then the kernel is asked to swap it out. With the seal that
/// changes nothing; without it, the canary is in the swap area at the end.
/// </summary>
internal abstract class SwappedRoute(string way, string meaning) : Route(way, meaning)
{
    private SwappedMemory memory = null!;

    public override string? WhenProtected => "the kernel is asked to swap the process out, and must not";

    public override long Plant(Planting planting)
    {
        memory = new SwappedMemory(planting);
        if (!Protected) memory.PushOut(mustGo: true);
        return planting.Bytes;
    }

    public override void EndInWorkload()
    {
        if (Protected) memory.PushOut(mustGo: false);
    }
}
