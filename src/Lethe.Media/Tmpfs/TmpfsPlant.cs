using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.Tmpfs;

/// <summary>Files in a file system that lives in memory.</summary>
internal sealed class TmpfsPlant : IPlant
{
    private const string MountPoint = "/mnt/tmpfs", Secret = MountPoint + "/secret";

    public Medium Medium => Medium.Tmpfs;

    public IEnumerable<Route> Routes() => [new Unlink(), new Cut(), new Unmount(), new Kept()];

    private abstract class TmpfsRoute(string way, string meaning) : Route(way, meaning)
    {
        public override string? VolatileDirectory => MountPoint;

        public override void Prepare(IKeeper keeper)
        {
            // Under lethe run, this directory is the workload's own tmpfs, which nobody else sees.
            if (!Protected) Mounts.Mount("tmpfs", MountPoint, "tmpfs", "size=75%");
        }

        public override long Plant(Planting planting) => PlantedFile.Create(Secret, planting, synchronise: false);
    }

    private sealed class Unlink() : TmpfsRoute("unlink", "a file is deleted")
    {
        public override string? WhenProtected => "then the process exits";

        public override void EndInWorkload() => File.Delete(Secret);

        public override void End(IKeeper keeper)
        {
            if (Protected) keeper.LetWorkloadExit();
        }
    }

    private sealed class Cut() : TmpfsRoute("truncate", "a file is cut to nothing by its name, and the process lives on")
    {
        public override void EndInWorkload() => FileCalls.SetLength(Secret, 0);
    }

    private sealed class Unmount() : TmpfsRoute("umount", "the file system is unmounted with a file in it")
    {
        public override string? WhenProtected => "the process exits";

        public override void End(IKeeper keeper)
        {
            if (Protected) keeper.LetWorkloadExit();
            else Mounts.Unmount(MountPoint);
        }
    }

    private sealed class Kept() : TmpfsRoute("kept", "the process exits and leaves the file")
    {
        public override bool IsControl => !Protected;

        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }
}
