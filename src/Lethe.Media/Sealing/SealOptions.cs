namespace Lethe.Media.Sealing;

/// <summary>What the user wants of a run.</summary>
public sealed record SealOptions
{
    /// <summary>Whether memory that a process frees while it lives is wiped too.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether free memory is scrubbed at the end.</summary>
    public bool Scrub { get; init; }

    /// <summary>What happens when the workload creates a memfd.</summary>
    public MemfdPolicy Memfd { get; init; }

    /// <summary>Further directories that get a private tmpfs.</summary>
    public IReadOnlyList<string> VolatileDirectories { get; init; } = [];

    /// <summary>Size of the encrypted scratch directory in bytes; null for none.</summary>
    public long? ScratchBytes { get; init; }

    /// <summary>A block device, or a directory for a file, that the scratch directory lies on; null for the default.</summary>
    public string? ScratchOn { get; init; }

    /// <summary>Whether that block device may be overwritten even if it is not empty.</summary>
    public bool OverwritesDevice { get; init; }

    /// <summary>Whether everything but the private places is read-only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the page cache of files that the workload used is not dropped.</summary>
    public bool KeepCache { get; init; }

    /// <summary>The most memory the workload may have, in bytes; null for what is free less a reserve, 0 for no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Seals that are left out, by name, to show what they protect against.</summary>
    public IReadOnlyCollection<string> Without { get; init; } = [];
}
