using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.PersistentMemory;

/// <summary>Memory modules that keep their content without power, used as a file system.</summary>
internal sealed class PersistentMemoryPlant : IPlant
{
    public Medium Medium => Medium.PersistentMemory;

    public IEnumerable<Route> Routes() => [new DirectUnlink(), new SectorUnlink(), new EncryptedClose()];

    private abstract class NamespaceRoute(string way, string meaning, string mode) : Route(way, meaning)
    {
        public override IReadOnlyList<string> Modules => ["nfit", "nd_pmem", "nd_btt", .. ScratchFileSystem.Modules];

        public override string LivePlace => Place.PersistentMemory;

        public override string? LeftOut => "lethe run gives its workload none of it";

        protected static string Device => Directory.GetFiles("/dev", "pmem*").Single();

        public override void Prepare(IKeeper keeper)
        {
            if (!Directory.Exists("/sys/bus/nd/devices/region0")) throw new UnsupportedException("this machine has no persistent memory");
            string[] mapping = mode == "fsdax" ? ["-M", "dev"] : [];
            Command.Run("/usr/bin/ndctl", ["create-namespace", "-f", "-e", "namespace0.0", "-m", mode, .. mapping]);
            ScratchFileSystem.Make(Device);
        }

        public override long Plant(Planting planting) => PlantedFile.Create(ScratchFileSystem.Secret, planting, synchronise: true);

        public override void EndInWorkload() => File.Delete(ScratchFileSystem.Secret);

        public override void End(IKeeper keeper) => ScratchFileSystem.Unmount();
    }

    private sealed class DirectUnlink()
        : NamespaceRoute("fsdax-unlink", "a file on directly mapped memory (DAX) is deleted, the file system unmounted", "fsdax")
    {
        public override void Prepare(IKeeper keeper)
        {
            base.Prepare(keeper);
            ScratchFileSystem.Mount(Device, "dax=always");
        }
    }

    private sealed class SectorUnlink()
        : NamespaceRoute("sector-unlink", "a file on memory used as a disk (sector mode) is deleted, the file system unmounted", "sector")
    {
        public override void Prepare(IKeeper keeper)
        {
            base.Prepare(keeper);
            ScratchFileSystem.Mount(Device);
        }
    }

    private sealed class EncryptedClose()
        : NamespaceRoute("luks", "a LUKS volume on memory used as a disk is unmounted and closed", "sector")
    {
        public override IReadOnlyList<string> Modules => [.. base.Modules, .. RandomKeyDevice.Modules];

        public override string LivePlace => Place.Ram;

        public override void Prepare(IKeeper keeper)
        {
            base.Prepare(keeper);
            RandomKeyDevice.FormatAndOpenLuks(Device);
            ScratchFileSystem.Make(RandomKeyDevice.Path);
            ScratchFileSystem.Mount(RandomKeyDevice.Path);
        }

        public override void EndInWorkload()
        {
            // The file is not deleted: closing the volume has to be enough.
        }

        public override void End(IKeeper keeper)
        {
            base.End(keeper);
            RandomKeyDevice.Close();
        }
    }
}
