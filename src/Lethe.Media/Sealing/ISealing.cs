using Lethe.Linux;

namespace Lethe.Media.Sealing;

/// <summary>What a seal may ask for while it is put in place.</summary>
public interface ISealing
{
    /// <summary>The conditions that the plan was made for.</summary>
    SealConditions Conditions { get; }

    /// <summary>The run's id, which is part of the names of what a seal creates.</summary>
    string Id { get; }

    /// <summary>
    /// Attaches a file system to a directory of the workload's mount namespace. Each file of it that is opened is kept and overwritten
    /// before it is freed.
    /// </summary>
    /// <param name="mount">A descriptor on the file system; the run closes it at its end.</param>
    /// <param name="directory">Its mount point for the workload.</param>
    /// <param name="medium">The medium its files count for.</param>
    void MountPrivately(Descriptor mount, string directory, Medium medium);

    /// <summary>Runs an action with the launcher's process number, once the launcher exists and before the workload is executed.</summary>
    void WhenStarted(Action<int> act);

    /// <summary>Runs an action after the last process has ended and before free memory is scrubbed.</summary>
    void BeforeScrub(Action act);

    /// <summary>Runs an action with a task's number and a segment's id, when the task is about to remove a System V segment.</summary>
    void WhenSegmentRemoved(Action<int, int> act);
}
