using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.Zram;

/// <summary>Swap that is compressed into RAM. Random data does not compress, so zram keeps its pages as they are.</summary>
internal sealed class ZramPlant : IPlant
{
    private const string Device = "/dev/zram0", Settings = "/sys/block/zram0/";

    public Medium Medium => Medium.Zram;

    public IEnumerable<Route> Routes() => [new Exit(), new SwapOff(), new Reset()];

    private class Exit(string way = "exit", string meaning = "a process that was swapped out to zram exits") : SwappedRoute(way, meaning)
    {
        public override IReadOnlyList<string> Modules => ["lzo-rle", "zram"];

        public override void Prepare(IKeeper keeper)
        {
            File.WriteAllText(Settings + "disksize", (keeper.Bytes * 2 + (16L << 20)).ToString());
            Command.Run("/bin/busybox", "mkswap", Device);
            Mounts.SwapOn(Device);
        }

        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }

    private class SwapOff(
        string way = "swapoff",
        string meaning = "a process that was swapped out to zram exits, and the area is switched off"
    ) : Exit(way, meaning)
    {
        public override void End(IKeeper keeper)
        {
            base.End(keeper);
            Mounts.SwapOff(Device);
        }
    }

    private sealed class Reset() : SwapOff("reset", "the same, and the zram device is reset")
    {
        public override void End(IKeeper keeper)
        {
            base.End(keeper);
            File.WriteAllText(Settings + "reset", "1");
        }
    }
}
