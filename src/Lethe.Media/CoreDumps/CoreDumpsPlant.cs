using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.CoreDumps;

/// <summary>Images of crashed processes.</summary>
internal sealed class CoreDumpsPlant : IPlant
{
    private const string Pattern = "/proc/sys/kernel/core_pattern";

    public Medium Medium => Medium.CoreDumps;

    public IEnumerable<Route> Routes() => [new PipeHandler(), new ToFile()];

    private abstract class CrashRoute(string way, string meaning) : Route(way, meaning)
    {
        private MemoryRange memory = null!;

        public override string? WhenProtected => "no core dump may be made";

        public override long Plant(Planting planting)
        {
            memory = MemoryRange.Anonymous(planting.Bytes);
            return planting.Fill(memory);
        }

        public override void End(IKeeper keeper) => keeper.CrashWorkload();
    }

    private sealed class PipeHandler() : CrashRoute("pipe-handler", "the process crashes and a handler reads its core dump and drops it")
    {
        public override void Prepare(IKeeper keeper) => File.WriteAllText(Pattern, "|/bin/busybox dd of=/dev/null bs=64k");
    }

    private sealed class ToFile() : CrashRoute("file", "the process crashes and its core dump is written to a disk")
    {
        private const string CoreFile = ScratchFileSystem.MountPoint + "/core";

        public override IReadOnlyList<string> Modules => ScratchFileSystem.Modules;

        // Under lethe run, the scratch disk is already in use.
        private string Device => Protected ? Place.SwapDevice : Place.ScratchDevice;

        public override void Prepare(IKeeper keeper)
        {
            ScratchFileSystem.Make(Device);
            ScratchFileSystem.Mount(Device);
            File.WriteAllText(Pattern, CoreFile);
        }

        public override void End(IKeeper keeper)
        {
            base.End(keeper);
            Mounts.Synchronise();
            if (Protected) return;
            long written = new FileInfo(CoreFile).Length;
            if (written < keeper.Bytes) throw new VoidRunException($"the core dump has only {written} bytes");
        }
    }
}
