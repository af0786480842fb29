using Lethe.Media.Sealing;

namespace Lethe.Media.PosixSharedMemory;

/// <summary>A private tmpfs on /dev/shm; its files are overwritten before they are freed.</summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("posix-shared-memory", "POSIX shared memory");

    public bool NeedsSuperuser => true;

    public SealedMedium Apply(ISealing sealing)
    {
        Tmpfs.PrivateTmpfs.Mount(sealing, "/dev/shm", Medium.Name);
        return new Sealed(Medium, "private /dev/shm", null, end => Outcome.Overwritten(end.ObjectsOf(Medium.Name)));
    }
}
