using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.SysvSharedMemory;

/// <summary>System V shared memory.</summary>
internal sealed class SysvSharedMemoryPlant : IPlant
{
    public Medium Medium => Medium.SysvSharedMemory;

    public IEnumerable<Route> Routes() => [new Remove(), new Left()];

    private class Left(string way = "left", string meaning = "the process exits and leaves its segment") : Route(way, meaning)
    {
        protected int Segment { get; private set; }

        public override bool IsControl => !Protected;

        public override long Plant(Planting planting)
        {
            Segment = SharedMemorySegment.Create(planting.Bytes);
            planting.Canary.Fill(SharedMemorySegment.Attach(Segment, checked((int)planting.Bytes)));
            return planting.Bytes;
        }

        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }

    private sealed class Remove() : Left("remove", "the process removes its segment and exits")
    {
        public override bool IsControl => false;

        public override void EndInWorkload() => SharedMemorySegment.Remove(Segment);
    }
}
