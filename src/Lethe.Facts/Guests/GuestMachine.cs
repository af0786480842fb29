using Lethe.Evidence;

namespace Lethe.Facts.Guests;

/// <summary>
/// How a guest's memory is kept by the host, whatever runs it. A statement that is null is one the monitor has no such thing for.
/// </summary>
/// <param name="Monitor">What runs it.</param>
/// <param name="Name">As its configuration calls it; untrusted.</param>
/// <param name="Origin">The line that makes it a machine.</param>
internal sealed record GuestMachine(MachineMonitor Monitor, string Name, Citation Origin)
{
    /// <summary>Whether the kernel may merge equal pages of it with others' (madvise MADV_MERGEABLE).</summary>
    public SwitchSetting? Merges { get; init; }

    /// <summary>Whether a core dump of the monitor holds it.</summary>
    public SwitchSetting? DumpsCore { get; init; }

    /// <summary>The file it is in; null when it is in none that has a name.</summary>
    public GuestMemoryFile? File { get; init; }

    /// <summary>Whether it is in huge pages of the pool (hugetlbfs).</summary>
    public SwitchSetting? HugePages { get; init; }

    /// <summary>Whether it is locked, so that it is never swapped out.</summary>
    public SwitchSetting? Locked { get; init; }

    /// <summary>Whether locking has a limit.</summary>
    public SwitchSetting? LockLimit { get; init; }

    /// <summary>Whether the monitor discards the file's content when it ends in order.</summary>
    public SwitchSetting? Discards { get; init; }

    /// <summary>Whether pages that the guest frees go back to the host (free page reporting).</summary>
    public SwitchSetting? ReturnsFreePages { get; init; }

    /// <summary>Whether the guest swaps to a file of the host.</summary>
    public SwitchSetting? GuestSwap { get; init; }

    /// <summary>Whether the processor encrypts it with a key of its own (SEV, TDX).</summary>
    public SwitchSetting? Encrypted { get; init; }

    /// <summary>What of its memory or its programs' data is written to files.</summary>
    public IReadOnlyList<WrittenFile> Written { get; init; } = [];

    /// <summary>The domain's XML, when libvirt has it.</summary>
    public string? DomainXml { get; init; }
}

/// <summary>A file that memory is in.</summary>
/// <param name="Path">The file or its directory; untrusted.</param>
/// <param name="Evidence">Where that stands.</param>
internal sealed record GuestMemoryFile(string Path, Citation Evidence)
{
    /// <summary>Whether it is in a file system of huge pages.</summary>
    public bool IsHugePages =>
        Path.Contains("hugepages", StringComparison.OrdinalIgnoreCase) || Path.Contains("hugetlbfs", StringComparison.Ordinal);

    /// <summary>Whether it is whatever a process has open: a memory file, or one on a disk.</summary>
    public bool IsDescriptor =>
        Path.StartsWith("/dev/fd/", StringComparison.Ordinal)
        || (Path.StartsWith("/proc/", StringComparison.Ordinal) && Path.Contains("/fd/", StringComparison.Ordinal));

    /// <summary>Whether it is in a file system that lives in memory.</summary>
    public bool IsInMemory =>
        Path is "/dev/shm" or "/run"
        || Path.StartsWith("/dev/shm/", StringComparison.Ordinal)
        || Path.StartsWith("/run/", StringComparison.Ordinal);
}

/// <summary>What is written to a file or a directory.</summary>
/// <param name="What">In a few words.</param>
/// <param name="Where">The path; untrusted.</param>
/// <param name="Evidence">Where that stands.</param>
/// <param name="Instead">What to set so that it is not.</param>
internal sealed record WrittenFile(string What, string Where, Citation Evidence, string Instead);
