using Lethe.Media.Sealing;

namespace Lethe.Media;

/// <summary>All seals, in the order of the matrix.</summary>
public static class Seals
{
    /// <summary>Every medium's seal.</summary>
    public static IReadOnlyList<ISeal> All { get; } =
    [
        new AnonymousMemory.Seal(),
        new PageCache.Seal(),
        new Tmpfs.Seal(),
        new PosixSharedMemory.Seal(),
        new Memfd.Seal(),
        new MemfdSecret.Seal(),
        new SysvSharedMemory.Seal(),
        new HugePagePool.Seal(),
        new KernelBuffers.Seal(),
        new Keyrings.Seal(),
        new KernelLogs.Seal(),
        new Swap.Seal(),
        new CoreDumps.Seal(),
        new ScratchStorage.Seal(),
    ];
}
