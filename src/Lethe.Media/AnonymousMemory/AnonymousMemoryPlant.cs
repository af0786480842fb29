using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.AnonymousMemory;

/// <summary>Ways a process's own memory is freed.</summary>
internal sealed class AnonymousMemoryPlant : IPlant
{
    public Medium Medium => Medium.AnonymousMemory;

    public IEnumerable<Route> Routes() =>
    [
        new Exit(),
        new Kill(),
        new Unmap(),
        new Break(),
        new Advise("madvise-dontneed", "the process drops the pages with MADV_DONTNEED and lives on", MemoryCalls.MADV_DONTNEED),
        new Advise("madvise-free", "the process offers the pages with MADV_FREE and lives on", MemoryCalls.MADV_FREE),
        new Execute(),
        new OutOfMemoryKill(),
        new LockedExit(),
        new EnvironmentStrings(),
    ];

    private abstract class MappedRoute(string way, string meaning) : Route(way, meaning)
    {
        protected MemoryRange Memory { get; private set; } = null!;

        public override long Plant(Planting planting)
        {
            Memory = Reserve(planting.Bytes);
            return planting.Fill(Memory);
        }

        protected virtual MemoryRange Reserve(long bytes)
        {
            MemoryRange memory = MemoryRange.Anonymous(bytes);
            memory.Advise(MemoryCalls.MADV_NOHUGEPAGE);
            return memory;
        }
    }

    private sealed class Exit() : MappedRoute("exit", "the process exits")
    {
        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }

    private sealed class Kill() : MappedRoute("kill", "the process is killed with SIGKILL")
    {
        public override void End(IKeeper keeper) => keeper.KillWorkload();
    }

    private sealed class Unmap() : MappedRoute("munmap", "the process unmaps the memory and lives on")
    {
        public override void EndInWorkload() => Memory.Dispose();
    }

    private sealed class Break() : MappedRoute("brk", "the process shrinks its heap with brk and lives on")
    {
        protected override MemoryRange Reserve(long bytes) => MemoryRange.Break(bytes);

        public override void EndInWorkload() => Memory.ShrinkBreak();
    }

    private sealed class Advise(string way, string meaning, int advice) : MappedRoute(way, meaning)
    {
        public override void EndInWorkload() => Memory.Advise(advice);
    }

    private sealed class Execute() : MappedRoute("execve", "the process executes another program, which lives on")
    {
        public override bool EndReturns => false;

        public override void End(IKeeper keeper) => keeper.AwaitWorkloadProgram("busybox");

        public override void EndInWorkload() => ChildProcess.Become("/bin/busybox", "sleep", "1000000");
    }

    private sealed class OutOfMemoryKill()
        : MappedRoute("out-of-memory-kill", "the machine runs out of memory and the kernel kills the process")
    {
        private const long Step = 4 << 20;

        public override bool EndReturns => false;

        public override void EndInWorkload()
        {
            // The kernel allocates the pages in the call, which is much faster than one fault for each.
            while (true) MemoryRange.Anonymous(Step, MemoryCalls.MAP_PRIVATE | MemoryCalls.MAP_POPULATE);
        }

        public override void End(IKeeper keeper) => keeper.AwaitWorkloadKill();
    }

    private sealed class LockedExit() : MappedRoute("mlocked-exit", "the process exits with the memory locked in RAM")
    {
        protected override MemoryRange Reserve(long bytes)
        {
            MemoryRange memory = base.Reserve(bytes);
            memory.Lock();
            return memory;
        }

        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }
}
