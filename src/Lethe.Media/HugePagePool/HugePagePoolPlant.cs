using System.Globalization;
using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.HugePagePool;

/// <summary>The reserved pool of huge pages. It keeps its pages, and what is in them, when their user ends.</summary>
internal sealed class HugePagePoolPlant : IPlant
{
    private const string Size = "/proc/sys/vm/nr_hugepages";
    private const string Secret = "/dev/hugepages/secret";
    private const int HugePage = 2 << 20;

    public Medium Medium => Medium.HugePagePool;

    public IEnumerable<Route> Routes() => [new Exit(), new PoolShrunk(), new Deleted()];

    private class Exit(string way = "exit", string meaning = "the process exits and the pool keeps the pages") : Route(way, meaning)
    {
        protected MemoryRange Memory { get; set; } = null!;

        public override void Prepare(IKeeper keeper)
        {
            long wanted = (keeper.Bytes + HugePage - 1) / HugePage;
            File.WriteAllText(Size, wanted.ToString());
            long got = long.Parse(File.ReadAllText(Size), CultureInfo.InvariantCulture);
            if (got < wanted) throw new VoidRunException($"the kernel made only {got} of {wanted} huge pages");
        }

        public override long Plant(Planting planting)
        {
            Memory = MemoryRange.Anonymous(Whole(planting.Bytes), MemoryCalls.MAP_PRIVATE | MemoryCalls.MAP_HUGETLB);
            return planting.Fill(Memory);
        }

        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();

        protected static long Whole(long bytes) => (bytes + HugePage - 1) / HugePage * HugePage;
    }

    private sealed class Deleted() : Exit("file", "a file in the pool's file system is deleted, and the process exits")
    {
        public override long Plant(Planting planting)
        {
            using Descriptor file = Descriptor.Open(Secret, FileCalls.O_RDWR | FileCalls.O_CREAT);
            file.SetLength(Whole(planting.Bytes));
            Memory = MemoryRange.OfFile(file, Whole(planting.Bytes), writable: true);
            return planting.Fill(Memory);
        }

        public override void EndInWorkload()
        {
            Memory.Dispose();
            File.Delete(Secret);
        }
    }

    private sealed class PoolShrunk() : Exit("pool-shrunk", "the process exits and the pool is given back (nr_hugepages=0)")
    {
        public override void End(IKeeper keeper)
        {
            base.End(keeper);
            File.WriteAllText(Size, "0");
        }
    }
}
