using Lethe.Linux;
using Lethe.Media.Shared;

namespace Lethe.Media.ScratchStorage;

/// <summary>Files on disks that a workload uses and leaves.</summary>
internal sealed class Plant : IPlant
{
    public Medium Medium { get; } = new("scratch-storage", "scratch storage");

    public IEnumerable<Route> Routes() => [new Unlink(), new OverwriteUnlink(), new Discard(), new EncryptedClose()];

    private class Unlink(string way = "unlink", string meaning = "a file is deleted and the deletion synced") : Route(way, meaning)
    {
        public override IReadOnlyList<string> Modules => ScratchFileSystem.Modules;

        public override string LivePlace => Place.ScratchDisk;

        protected virtual string MountOptions => "";

        public override void Prepare(IKeeper keeper)
        {
            ScratchFileSystem.Make(Place.ScratchDevice);
            ScratchFileSystem.Mount(Place.ScratchDevice, MountOptions);
        }

        public override long Plant(Planting planting) => PlantedFile.Create(ScratchFileSystem.Secret, planting, synchronise: true);

        public override void EndInWorkload() => File.Delete(ScratchFileSystem.Secret);

        public override void End(IKeeper keeper) => Mounts.Synchronise();
    }

    private sealed class OverwriteUnlink() : Unlink("overwrite-unlink", "a file is overwritten in place, synced and deleted")
    {
        public override void EndInWorkload()
        {
            PlantedFile.Overwrite(ScratchFileSystem.Secret);
            base.EndInWorkload();
        }
    }

    private sealed class Discard() : Unlink("discard", "a file is deleted on a file system mounted with discard, on a disk that discards")
    {
        protected override string MountOptions => "discard";
    }

    private sealed class EncryptedClose() : Route("encrypted-close", "a volume encrypted with a random key is unmounted and closed")
    {
        public override IReadOnlyList<string> Modules => ScratchFileSystem.EncryptedModules;

        public override void Prepare(IKeeper keeper) => ScratchFileSystem.MakeEncrypted(Place.ScratchDevice);

        public override long Plant(Planting planting) => PlantedFile.Create(ScratchFileSystem.Secret, planting, synchronise: true);

        public override void End(IKeeper keeper)
        {
            ScratchFileSystem.Unmount();
            EncryptedDevice.Close();
        }
    }
}
