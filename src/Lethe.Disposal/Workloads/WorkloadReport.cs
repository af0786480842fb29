using Lethe.Media.Sealing;

namespace Lethe.Disposal.Workloads;

/// <summary>How a workload ended, and what wiping its own memory came to.</summary>
/// <param name="Status">The wait status (wait(2)) of its first process.</param>
/// <param name="Memory">Its memory.</param>
/// <param name="Mounts">What it mounted itself.</param>
/// <param name="WipeMs">Milliseconds spent wiping.</param>
public sealed record WorkloadReport(int Status, MemoryOutcome Memory, OwnMounts Mounts, double WipeMs)
{
    /// <summary>Processes that dumped core.</summary>
    public int CoreDumps { get; init; }

    /// <summary>Processes that were killed because its memory was used up.</summary>
    public long OutOfMemoryKills { get; init; }

    /// <summary>Processes and threads it had.</summary>
    public int Tasks { get; init; }
}
