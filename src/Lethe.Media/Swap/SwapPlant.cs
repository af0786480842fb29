using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.Swap;

/// <summary>Memory that the kernel moved to a disk.</summary>
internal sealed class SwapPlant : IPlant
{
    public Medium Medium => Medium.Swap;

    public IEnumerable<Route> Routes() => [new Exit(), new SwapOff(), new Encrypted()];

    private class Exit(string way = "exit", string meaning = "a process that was swapped out exits") : SwappedRoute(way, meaning)
    {
        public override string LivePlace => Protected ? Place.Ram : Place.SwapDisk;

        public override void Prepare(IKeeper keeper)
        {
            Command.Run("/bin/busybox", "mkswap", Place.SwapDevice);
            Mounts.SwapOn(Place.SwapDevice);
        }

        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }

    private sealed class SwapOff() : Exit("swapoff", "a process that was swapped out exits, and the swap area is switched off")
    {
        public override void End(IKeeper keeper)
        {
            base.End(keeper);
            Mounts.SwapOff(Place.SwapDevice);
        }
    }

    /// <summary>The disk never holds this canary in the clear. The positive control finds it in RAM, before it is swapped out.</summary>
    private sealed class Encrypted()
        : Route("encrypted", "a process exits that was swapped out to an area with a random key, which is then closed")
    {
        private SwappedMemory memory = null!;

        public override string? WhenProtected => "the kernel is asked to swap the process out, and must not";

        public override IReadOnlyList<string> Modules => RandomKeyDevice.Modules;

        public override void Prepare(IKeeper keeper)
        {
            RandomKeyDevice.Open(Place.SwapDevice);
            Command.Run("/bin/busybox", "mkswap", RandomKeyDevice.Path);
            Mounts.SwapOn(RandomKeyDevice.Path);
        }

        public override long Plant(Planting planting)
        {
            memory = new SwappedMemory(planting);
            return planting.Bytes;
        }

        public override void EndInWorkload() => memory.PushOut(mustGo: !Protected);

        public override void End(IKeeper keeper)
        {
            keeper.LetWorkloadExit();
            Mounts.SwapOff(RandomKeyDevice.Path);
            RandomKeyDevice.Close();
        }
    }
}
