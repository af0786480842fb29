using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.Hibernation;

/// <summary>
/// The image of memory that a machine writes to its swap disk when it hibernates. Nobody removes it after the machine has resumed.
/// </summary>
internal sealed class HibernationPlant : IPlant
{
    public Medium Medium => Medium.Hibernation;

    public IEnumerable<Route> Routes() => [new ImageAfterResume()];

    private sealed class ImageAfterResume() : Route("image-after-resume", "the machine hibernates and resumes, then the process exits")
    {
        private MemoryRange memory = null!;

        public override bool Hibernates => true;

        public override string? LeftOut => "the whole machine hibernates, which no process decides";

        public override void Prepare(IKeeper keeper)
        {
            if (!File.Exists("/sys/power/disk") || !File.ReadAllText("/sys/power/state").Contains("disk", StringComparison.Ordinal))
                throw new UnsupportedException("this kernel cannot hibernate");
            Command.Run("/bin/busybox", "mkswap", Place.SwapDevice);
            Mounts.SwapOn(Place.SwapDevice);
        }

        public override long Plant(Planting planting)
        {
            memory = MemoryRange.Anonymous(planting.Bytes);
            return planting.Fill(memory);
        }

        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }
}
