using Lethe.Linux;

namespace Lethe.Media.Sealing;

/// <summary>What a seal may ask for while it is put in place.</summary>
public interface ISealing
{
    /// <summary>What the plan was made from.</summary>
    SealConditions Conditions { get; }

    /// <summary>Names this run, for what needs a name.</summary>
    string Id { get; }

    /// <summary>
    /// Attaches a file system to a directory of the workload's mount namespace, and keeps every file of it that is opened, so that
    /// it is overwritten before it is freed.
    /// </summary>
    /// <param name="mount">A descriptor on the file system; the run closes it at its end.</param>
    /// <param name="directory">Where the workload finds it.</param>
    /// <param name="medium">The medium its files count for.</param>
    void MountPrivately(Descriptor mount, string directory, Medium medium);

    /// <summary>Does something when the launcher exists, with its process number; before the workload is executed.</summary>
    void WhenStarted(Action<int> act);

    /// <summary>Does something after the last process has ended and before free memory is scrubbed.</summary>
    void BeforeScrub(Action act);

    /// <summary>Does something when a task is about to remove a System V segment (its id).</summary>
    void WhenSegmentRemoved(Action<int, int> act);
}

/// <summary>What the user wants of a run.</summary>
public sealed record SealOptions
{
    /// <summary>Whether memory that is given back during life is wiped too.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether free memory is scrubbed at the end.</summary>
    public bool Scrub { get; init; }

    /// <summary>What becomes of memory files.</summary>
    public MemfdPolicy Memfd { get; init; }

    /// <summary>Further directories that get a private tmpfs.</summary>
    public IReadOnlyList<string> VolatileDirectories { get; init; } = [];

    /// <summary>Size of the encrypted scratch directory in bytes; null for none.</summary>
    public long? ScratchBytes { get; init; }

    /// <summary>A block device, or a directory for a file, that the scratch directory lies on; null for the default.</summary>
    public string? ScratchOn { get; init; }

    /// <summary>Whether that block device may be overwritten although it is not empty.</summary>
    public bool OverwritesDevice { get; init; }

    /// <summary>Whether everything but the private places is read-only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the page cache of files it used is left.</summary>
    public bool KeepCache { get; init; }

    /// <summary>The most memory the workload may have, in bytes; null for what is free less a reserve, 0 for no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Seals that are left out, by name, to show what they are good for.</summary>
    public IReadOnlyCollection<string> Without { get; init; } = [];
}

/// <summary>What becomes of memory files that the workload makes.</summary>
public enum MemfdPolicy
{
    /// <summary>Lethe makes them and keeps a descriptor of each, so that it can overwrite it last.</summary>
    Keep,

    /// <summary>As if the kernel had none.</summary>
    Deny,

    /// <summary>As outside.</summary>
    Allow,
}
