using Lethe.Media.AnonymousMemory;
using Lethe.Media.CoreDumps;
using Lethe.Media.HugePagePool;
using Lethe.Media.KernelBuffers;
using Lethe.Media.KernelLogs;
using Lethe.Media.Keyrings;
using Lethe.Media.Memfd;
using Lethe.Media.MemfdSecret;
using Lethe.Media.PageCache;
using Lethe.Media.PosixSharedMemory;
using Lethe.Media.ScratchStorage;
using Lethe.Media.Sealing;
using Lethe.Media.Swap;
using Lethe.Media.SysvSharedMemory;
using Lethe.Media.Tmpfs;

namespace Lethe.Media.Matrix;

/// <summary>All seals, in the order of the matrix.</summary>
public static class Seals
{
    /// <summary>Every medium's seal.</summary>
    public static IReadOnlyList<ISeal> All { get; } =
    [
        new AnonymousMemorySeal(),
        new PageCacheSeal(),
        new TmpfsSeal(),
        new PosixSharedMemorySeal(),
        new MemfdSeal(),
        new MemfdSecretSeal(),
        new SysvSharedMemorySeal(),
        new HugePagePoolSeal(),
        new KernelBuffersSeal(),
        new KeyringsSeal(),
        new KernelLogsSeal(),
        new SwapSeal(),
        new CoreDumpsSeal(),
        new ScratchStorageSeal(),
    ];
}
