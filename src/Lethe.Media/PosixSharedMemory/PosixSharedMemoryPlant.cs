using Lethe.Media.Routes;

namespace Lethe.Media.PosixSharedMemory;

/// <summary>Named shared memory (shm_open), which is a file in <c>/dev/shm</c>.</summary>
internal sealed class PosixSharedMemoryPlant : IPlant
{
    private const string Name = "/dev/shm/workload";

    public Medium Medium => Medium.PosixSharedMemory;

    public IEnumerable<Route> Routes() => [new Unlink(), new Left()];

    private class Left(string way = "left", string meaning = "the process exits and leaves its shared memory") : Route(way, meaning)
    {
        public override bool IsControl => !Protected;

        public override long Plant(Planting planting) => PlantedFile.Create(Name, planting, synchronise: false);

        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }

    private sealed class Unlink() : Left("unlink", "the process removes its shared memory and exits")
    {
        public override bool IsControl => false;

        public override void EndInWorkload() => File.Delete(Name);
    }
}
