using Lethe.Media.AnonymousMemory;
using Lethe.Media.Auditing;
using Lethe.Media.CoreDumps;
using Lethe.Media.FreeMemory;
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
using Lethe.Media.Routes;
using Lethe.Media.ScratchStorage;
using Lethe.Media.Sealing;
using Lethe.Media.Swap;
using Lethe.Media.SysvSharedMemory;
using Lethe.Media.Tmpfs;
using Lethe.Media.WaysToRead;
using Lethe.Media.Zram;

namespace Lethe.Media.Matrix;

/// <summary>The matrix: what audits, seals, purges and plants each medium. All lists of rules, seals and routes come from it.</summary>
public static class MediaMatrix
{
    /// <summary>The rows, in the order of <see cref="Medium.All"/>.</summary>
    internal static IReadOnlyList<MatrixRow> Rows { get; } =
    [
        new(Medium.AnonymousMemory)
        {
            Audits = [new AnonymousMemoryAudit()],
            Seal = new AnonymousMemorySeal(),
            Purge = typeof(FreeMemoryScrub),
            Plant = new AnonymousMemoryPlant(),
        },
        new(Medium.GuestMemory) { Audits = [new GuestMemoryAudit()], Plant = new GuestMemoryPlant() },
        new(Medium.PageCache)
        {
            Audits = [new PageCacheAudit()],
            Seal = new PageCacheSeal(),
            Purge = typeof(PageCacheSeal),
            Plant = new PageCachePlant(),
        },
        new(Medium.Tmpfs)
        {
            Audits = [new TmpfsAudit(), new TmpfsContainerAudit()],
            Seal = new TmpfsSeal(),
            Purge = typeof(TmpfsSeal),
            Plant = new TmpfsPlant(),
        },
        new(Medium.PosixSharedMemory)
        {
            Audits = [new PosixSharedMemoryAudit(), new PosixSharedMemoryContainerAudit()],
            Seal = new PosixSharedMemorySeal(),
            Purge = typeof(PosixSharedMemorySeal),
            Plant = new PosixSharedMemoryPlant(),
        },
        new(Medium.Memfd)
        {
            Audits = [new MemfdAudit(), new MemfdContainerAudit()],
            Seal = new MemfdSeal(),
            Purge = typeof(MemfdSeal),
            Plant = new MemfdPlant(),
        },
        new(Medium.MemfdSecret)
        {
            Audits = [new MemfdSecretAudit()],
            Seal = new MemfdSecretSeal(),
            Plant = new MemfdSecretPlant(),
            MakesNoSense = Senseless(MatrixColumn.Purge, "the kernel zeroes each page of it when it frees it"),
        },
        new(Medium.SysvSharedMemory)
        {
            Audits = [new SysvSharedMemoryAudit()],
            Seal = new SysvSharedMemorySeal(),
            Purge = typeof(SysvSharedMemorySeal),
            Plant = new SysvSharedMemoryPlant(),
        },
        new(Medium.HugePagePool)
        {
            Audits = [new HugePagePoolAudit()],
            Seal = new HugePagePoolSeal(),
            Purge = typeof(HugePagePoolSeal),
            Plant = new HugePagePoolPlant(),
        },
        new(Medium.KernelBuffers)
        {
            Audits = [new KernelBuffersAudit()],
            Seal = new KernelBuffersSeal(),
            Purge = typeof(FreeMemoryScrub),
            Plant = new KernelBuffersPlant(),
        },
        new(Medium.Keyrings)
        {
            Audits = [new KeyringsAudit(), new KeyringsServiceAudit()],
            Seal = new KeyringsSeal(),
            Plant = new KeyringsPlant(),
        },
        new(Medium.KernelLogs)
        {
            Audits = [new KernelLogsAudit()],
            Seal = new KernelLogsSeal(),
            Plant = new KernelLogsPlant(),
            MakesNoSense = Senseless(MatrixColumn.Purge, "clearing the log hides it only; newer text alone overwrites it"),
        },
        new(Medium.Swap) { Audits = [new SwapAudit(), new SwapContainerAudit()], Seal = new SwapSeal(), Plant = new SwapPlant() },
        new(Medium.Zram) { Audits = [new ZramAudit()], Plant = new ZramPlant() },
        new(Medium.Hibernation)
        {
            Audits = [new HibernationAudit()],
            Plant = new HibernationPlant(),
            MakesNoSense = Senseless(MatrixColumn.Seal, "the host hibernates, not the workload: its image is audited and purged"),
        },
        new(Medium.CoreDumps)
        {
            Audits = [new CoreDumpsAudit(), new CoreDumpsContainerAudit()],
            Seal = new CoreDumpsSeal(),
            Plant = new CoreDumpsPlant(),
        },
        new(Medium.Logs) { Audits = [new LogsAudit(), new LogsContainerAudit()] },
        new(Medium.ScratchStorage)
        {
            Audits = [new ScratchStorageAudit(), new ScratchStorageContainerAudit()],
            Seal = new ScratchStorageSeal(),
            Purge = typeof(ScratchStorageSeal),
            Plant = new ScratchStoragePlant(),
        },
        new(Medium.PersistentMemory) { Audits = [new PersistentMemoryAudit()], Plant = new PersistentMemoryPlant() },
        new(Medium.WaysToRead)
        {
            Audits = [new WaysToReadAudit(), new WaysToReadContainerAudit()],
            MakesNoSense = new[] { MatrixColumn.Seal, MatrixColumn.Purge, MatrixColumn.Plant, MatrixColumn.Watch }.ToDictionary(
                column => column,
                _ => "no data lies there: it is how data elsewhere is read"
            ),
        },
    ];

    internal static IReadOnlyList<IAudit> Audits { get; } = [.. Rows.SelectMany(row => row.Audits)];

    /// <summary>All seals, in the order of the rows.</summary>
    public static IReadOnlyList<ISeal> Seals { get; } = [.. Rows.Select(row => row.Seal).OfType<ISeal>()];

    internal static IReadOnlyList<IPlant> Plants { get; } = [.. Rows.Select(row => row.Plant).OfType<IPlant>()];

    /// <summary>Patterns of the facts that all rules read, sorted and without duplicates.</summary>
    public static IReadOnlyList<string> Wants { get; } =
        [.. Audits.SelectMany(audit => audit.Wants).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>All rules with their media.</summary>
    public static IEnumerable<(Medium Medium, Rule Rule)> Rules =>
        Audits.SelectMany(audit => audit.Rules.Select(rule => (audit.Medium, rule)));

    private static Dictionary<MatrixColumn, string> Senseless(MatrixColumn column, string reason) => new() { [column] = reason };
}
