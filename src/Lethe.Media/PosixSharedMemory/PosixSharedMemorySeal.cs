using Lethe.Media.Sealing;

namespace Lethe.Media.PosixSharedMemory;

/// <summary>A private tmpfs on /dev/shm; its files are overwritten before they are freed.</summary>
internal sealed class PosixSharedMemorySeal : ISeal
{
    public Medium Medium => Medium.PosixSharedMemory;

    public bool NeedsSuperuser => true;

    public SealPlan Plan(SealConditions conditions) => new("private /dev/shm") { FileSystems = [Tmpfs.PrivateTmpfs.On("/dev/shm")] };

    public SealedMedium Apply(SealPlan plan, ISealing sealing) =>
        new Sealed(Medium, plan, end => Outcome.Overwritten(end.ObjectsOf(Medium)));
}
