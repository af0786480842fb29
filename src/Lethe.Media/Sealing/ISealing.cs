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
