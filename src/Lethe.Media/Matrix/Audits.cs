using Lethe.Media.AnonymousMemory;
using Lethe.Media.Auditing;
using Lethe.Media.CoreDumps;
using Lethe.Media.GuestMemory;
using Lethe.Media.Hibernation;
using Lethe.Media.HugePagePool;
using Lethe.Media.KernelBuffers;
using Lethe.Media.KernelLogs;
using Lethe.Media.Keyrings;
using Lethe.Media.Logs;
using Lethe.Media.Memfd;
using Lethe.Media.MemfdSecret;
using Lethe.Media.PageCache;
using Lethe.Media.PersistentMemory;
using Lethe.Media.PosixSharedMemory;
using Lethe.Media.ScratchStorage;
using Lethe.Media.Swap;
using Lethe.Media.SysvSharedMemory;
using Lethe.Media.Tmpfs;
using Lethe.Media.WaysToRead;
using Lethe.Media.Zram;

namespace Lethe.Media.Matrix;

/// <summary>All media's rules, in the order of the matrix. Adding a medium's audit is adding a file and a line here.</summary>
public static class Audits
{
    /// <summary>The audits.</summary>
    public static IReadOnlyList<IAudit> All { get; } =
    [
        new AnonymousMemoryAudit(),
        new GuestMemoryAudit(),
        new PageCacheAudit(),
        new TmpfsAudit(),
        new TmpfsContainerAudit(),
        new PosixSharedMemoryAudit(),
        new PosixSharedMemoryContainerAudit(),
        new MemfdAudit(),
        new MemfdContainerAudit(),
        new MemfdSecretAudit(),
        new SysvSharedMemoryAudit(),
        new HugePagePoolAudit(),
        new KernelBuffersAudit(),
        new KeyringsAudit(),
        new KeyringsServiceAudit(),
        new KernelLogsAudit(),
        new SwapAudit(),
        new SwapContainerAudit(),
        new ZramAudit(),
        new HibernationAudit(),
        new CoreDumpsAudit(),
        new CoreDumpsContainerAudit(),
        new LogsAudit(),
        new LogsContainerAudit(),
        new ScratchStorageAudit(),
        new ScratchStorageContainerAudit(),
        new PersistentMemoryAudit(),
        new WaysToReadAudit(),
        new WaysToReadContainerAudit(),
    ];

    /// <summary>What all of them read.</summary>
    public static IReadOnlyList<string> Wants { get; } = [.. All.SelectMany(audit => audit.Wants).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>All rules with their media.</summary>
    public static IEnumerable<(Medium Medium, Rule Rule)> Rules => All.SelectMany(audit => audit.Rules.Select(rule => (audit.Medium, rule)));
}
