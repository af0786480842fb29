namespace Lethe.Media.Auditing;

/// <summary>All media's rules, in the order of the matrix. Adding a medium's audit is adding a file and a line here.</summary>
public static class Audits
{
    /// <summary>The audits.</summary>
    public static IReadOnlyList<IAudit> All { get; } =
    [
        new AnonymousMemory.Audit(),
        new GuestMemory.Audit(),
        new PageCache.Audit(),
        new Tmpfs.Audit(),
        new Tmpfs.AuditContainers(),
        new PosixSharedMemory.Audit(),
        new PosixSharedMemory.AuditContainers(),
        new Memfd.Audit(),
        new Memfd.AuditContainers(),
        new MemfdSecret.Audit(),
        new SysvSharedMemory.Audit(),
        new HugePagePool.Audit(),
        new KernelBuffers.Audit(),
        new Keyrings.Audit(),
        new Keyrings.AuditServices(),
        new KernelLogs.Audit(),
        new Swap.Audit(),
        new Swap.AuditContainers(),
        new Zram.Audit(),
        new Hibernation.Audit(),
        new CoreDumps.Audit(),
        new CoreDumps.AuditContainers(),
        new Logs.Audit(),
        new Logs.AuditContainers(),
        new ScratchStorage.Audit(),
        new ScratchStorage.AuditContainers(),
        new PersistentMemory.Audit(),
        new WaysToRead.Audit(),
        new WaysToRead.AuditContainers(),
    ];

    /// <summary>What all of them read.</summary>
    public static IReadOnlyList<string> Wants { get; } = [.. All.SelectMany(audit => audit.Wants).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>All rules with their media.</summary>
    public static IEnumerable<(Medium Medium, Rule Rule)> Rules => All.SelectMany(audit => audit.Rules.Select(rule => (audit.Medium, rule)));
}
