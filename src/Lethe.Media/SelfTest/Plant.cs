using Lethe.Linux;

namespace Lethe.Media.SelfTest;

/// <summary>Routes that are broken on purpose. A proof that calls any of them clean is worth nothing.</summary>
internal sealed class Plant : IPlant
{
    public Medium Medium { get; } = new("self-test", "self-test: broken on purpose");

    public IEnumerable<Route> Routes() => [new PlantsNothing(), new DoesNotEnd(), new DiesHalfWay()];

    private sealed class PlantsNothing() : Route("plants-nothing", "the planter says it planted, but did not")
    {
        public override long Plant(Planting planting) => planting.Bytes;
    }

    private class Planted(string way, string meaning) : Route(way, meaning)
    {
        private MemoryRange memory = null!;

        public override long Plant(Planting planting)
        {
            memory = MemoryRange.Anonymous(planting.Bytes);
            return planting.Fill(memory);
        }
    }

    private sealed class DoesNotEnd() : Planted("does-not-end", "the workload is told to end and lives on")
    {
        public override void End(IKeeper keeper) => keeper.AwaitWorkloadEnd();
    }

    private sealed class DiesHalfWay() : Planted("dies-half-way", "the machine is lost between planting and the end")
    {
        public override void End(IKeeper keeper) => File.WriteAllText("/proc/sysrq-trigger", "b");
    }
}
