using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.ScratchStorage;

/// <summary>Files on disks that a workload uses and leaves.</summary>
internal sealed class ScratchStoragePlant : IPlant
{
    public Medium Medium => Medium.ScratchStorage;

    public IEnumerable<Route> Routes() => [new Unlink(), new OverwriteUnlink(), new Discard(), new EncryptedClose()];

    private class Unlink(string way = "unlink", string meaning = "a file is deleted and the deletion synced") : ScratchRoute(way, meaning)
    {
        public override IReadOnlyList<string> Modules => ScratchFileSystem.Modules;

        // Under lethe run, the disk holds only encrypted data.
        public override string LivePlace => Protected ? Place.Ram : Place.ScratchDisk;

        protected virtual string MountOptions => "";

        public override void EndInWorkload() => File.Delete(Secret);

        protected override void MakeFileSystem()
        {
            ScratchFileSystem.Make(Place.ScratchDevice);
            ScratchFileSystem.Mount(Place.ScratchDevice, MountOptions);
        }

        protected override void EndOutside() => Mounts.Synchronise();
    }

    private sealed class OverwriteUnlink() : Unlink("overwrite-unlink", "a file is overwritten in place, synced and deleted")
    {
        public override void EndInWorkload()
        {
            PlantedFile.Overwrite(Secret);
            base.EndInWorkload();
        }
    }

    private sealed class Discard() : Unlink("discard", "a file is deleted on a file system mounted with discard, on a disk that discards")
    {
        protected override string MountOptions => "discard";
    }

    private sealed class EncryptedClose() : ScratchRoute("encrypted-close", "a volume encrypted with a random key is unmounted and closed")
    {
        public override string? WhenProtected => $"the file stays in {RunScratch.Variable}, and the process exits";

        public override IReadOnlyList<string> Modules => ScratchFileSystem.EncryptedModules;

        protected override void MakeFileSystem() => ScratchFileSystem.MakeEncrypted(Place.ScratchDevice);

        protected override void EndOutside()
        {
            if (Protected) return;
            ScratchFileSystem.Unmount();
            RandomKeyDevice.Close();
        }
    }
}
