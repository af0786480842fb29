using Lethe.Linux;

namespace Lethe.Disposal.Tracing;

/// <content>What a workload mounts and unmounts itself: it is not watched, so it has to be named.</content>
internal sealed partial class Tracer
{
    private const int LongestType = 32;

    /// <summary>Whether a device is one of the workload's private places.</summary>
    public Func<ulong, bool> IsPrivate { get; set; } = _ => false;

    private void OpenFileSystem(TracedTask task, ulong type)
    {
        try
        {
            if (type != 0 && TaskView.ReadText(task.Id, type, LongestType) is "tmpfs" or "ramfs" or "hugetlbfs") report.MemoryFileSystems++;
        }
        catch (IOException)
        {
            // Not readable: the call fails too.
        }
    }

    private void Unmount(TracedTask task, ulong path)
    {
        try
        {
            if (TaskView.ReadText(task.Id, path) is not { } name) return;
            using Descriptor place = TaskView.OpenPath(task.Id, name);
            if (IsPrivate(FileStatus.Of(place).Device)) report.PlacesLeft++;
        }
        catch (IOException)
        {
            // No such place: the call fails too.
        }
    }
}
