namespace Lethe.Media.Sealing;

/// <summary>What a seal would put in place. It is only a value: making it changes nothing, and applying it is a step of its own.</summary>
/// <param name="How">How the medium would be sealed, in a few words; null when it would not.</param>
/// <param name="Gap">What would stay open, and what would close it; null when nothing would stay open.</param>
public sealed record SealPlan(string? How, string? Gap = null)
{
    /// <summary>Why the medium is left as it is; null when there is something to apply, or to judge at the end.</summary>
    public string? OpenBecause { get; private init; }

    /// <summary>The data that would be lost, in words; empty when nothing is destroyed.</summary>
    public IReadOnlyList<string> Destroys { get; init; } = [];

    /// <summary>New namespaces of the workload (bits of <see cref="Linux.Namespaces"/>).</summary>
    public int Namespaces { get; init; }

    /// <summary>The steps that the launcher, the process that becomes the workload, does to itself.</summary>
    public IReadOnlyList<LaunchOrder> LaunchOrders { get; init; } = [];

    /// <summary>What the workload's system call filter has to do for this medium; null for nothing.</summary>
    public FilterPart? Filter { get; init; }

    /// <summary>Limits of the workload's cgroup; null for none.</summary>
    public GroupLimits? Limits { get; init; }

    /// <summary>Private file systems, whose files are kept and overwritten before they are freed.</summary>
    public IReadOnlyList<PrivateFileSystem> FileSystems { get; init; } = [];

    /// <summary>Variables added to the workload's environment.</summary>
    public IReadOnlyList<(string Name, string Value)> Variables { get; init; } = [];

    /// <summary>The plan for a medium that stays open.</summary>
    /// <param name="gap">Why it stays open, and what would close it. The certificate has the same text.</param>
    public static SealPlan Open(string gap) => new(How: null, gap) { OpenBecause = gap };
}

/// <summary>What one medium needs of the workload's system call filter.</summary>
/// <param name="Strict">Whether calls that free memory stop for the tracer.</param>
/// <param name="Memfd">What happens when the workload creates a memfd; null when another medium decides that.</param>
public sealed record FilterPart(bool Strict, MemfdPolicy? Memfd = null);

/// <summary>Limits of a cgroup.</summary>
/// <param name="ForbidsSwap">Whether its memory stays in RAM.</param>
/// <param name="MemoryBytes">The most memory it may have, in bytes; null for no limit.</param>
public sealed record GroupLimits(bool ForbidsSwap, long? MemoryBytes);
