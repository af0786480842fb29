using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.SelfTest;

/// <summary>Routes that are broken on purpose. A proof that judges any of them clean is worth nothing.</summary>
internal sealed class SelfTestPlant : IPlant
{
    public Medium Medium => Medium.SelfTest;

    public IEnumerable<Route> Routes() => [new PlantsNothing(), new DoesNotEnd(), new EndsOtherwise(), new DiesHalfWay()];

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
        public override void End(IKeeper keeper) => keeper.AwaitWorkloadKill();
    }

    private sealed class EndsOtherwise() : Planted("ends-otherwise", "the process is to crash with a core dump, and dies without one")
    {
        public override string? LeftOut => "without a core dump is how it has to end there";

        public override void Prepare(IKeeper keeper) => File.WriteAllText("/proc/sys/kernel/core_pattern", "|/no/such/handler");

        public override void End(IKeeper keeper) => keeper.CrashWorkload();
    }

    private sealed class DiesHalfWay() : Planted("dies-half-way", "the machine is lost between planting and the end")
    {
        public override void End(IKeeper keeper) => File.WriteAllText("/proc/sysrq-trigger", "b");
    }
}
