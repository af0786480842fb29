using Lethe.Disposal.Wiping;

namespace Lethe.Disposal.Tracing;

/// <summary>What following and wiping a workload came to.</summary>
internal sealed class TracerReport
{
    /// <summary>Bytes wiped, missed, read back.</summary>
    public WipeCount Count;

    /// <summary>The first process's wait status; null when it never ended.</summary>
    public int? Status { get; set; }

    /// <summary>Tasks seen.</summary>
    public int Tasks { get; set; }

    /// <summary>Programs executed.</summary>
    public int Executions { get; set; }

    /// <summary>Executions whose former memory could not be held, and so was not wiped.</summary>
    public int Unheld { get; set; }

    /// <summary>Times that memory, or an object in it, could not be opened before the kernel freed it.</summary>
    public int Unopened { get; set; }

    /// <summary>Ends that were wiped without knowing that those before were over.</summary>
    public int Unordered { get; set; }

    /// <summary>Processes that dumped core.</summary>
    public int CoreDumps { get; set; }

    /// <summary>File systems in memory that the workload mounted itself.</summary>
    public int MemoryFileSystems { get; set; }

    /// <summary>Private places that it unmounted.</summary>
    public int PlacesLeft { get; set; }

    /// <summary>Mount namespaces that it made.</summary>
    public int MountNamespaces { get; set; }

    /// <summary>Longest time a wipe took, in milliseconds, and all together.</summary>
    public double WipeMs { get; set; }

    /// <summary>What was not wiped, in words; null when nothing was missed.</summary>
    public string? Missed => this switch
    {
        { Unopened: > 0 } => $"memory of processes could not be opened {Unopened} times before the kernel freed it",
        { Unheld: > 0 } => $"{Unheld} programs were executed without holding the memory before (userfaultfd is not for this user)",
        { Unordered: > 0 } => $"{Unordered} processes ended while others that may share pages with them were not gone",
        { Count.Wrong: > 0 } => $"{Count.Wrong} pages did not read back as zero",
        { Count.Unreached: > 0 } => $"{Count.Unreached} bytes could not be written",
        _ => null,
    };
}
