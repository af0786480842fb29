using System.Globalization;
using Lethe.Disposal.Wiping;
using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Disposal.Tracing;

/// <content>Parts of files and segments that a call is about to free: they are overwritten first, if they are among those that are
/// kept.</content>
internal sealed partial class Tracer
{
    /// <summary>Overwrites a System V segment that is removed while nobody is attached, inside the workload's namespace.</summary>
    public Action<int, int> SegmentRemoved { get; set; } = (_, _) => { };

    private void RemoveSegment(TracedTask task, int segment)
    {
        try
        {
            SegmentRemoved(task.Id, segment);
        }
        catch (IOException)
        {
            report.Unopened++;
        }
    }

    // Through the kept descriptor: opening the file again could touch a device or wait for a server of the workload.
    private void Cut(TracedTask task, int number, long from, long to)
    {
        // A file that is not open for writing cannot be cut.
        if (from < 0 || to < from || FlagsOf(task, number) is not { } flags || (flags & FileCalls.O_ACCMODE) == FileCalls.O_RDONLY) return;
        try
        {
            // Only as a place, and by the task itself: a process whose first thread has ended lends none (pidfd_getfd).
            using Descriptor? file = VanishingFiles.TryOpen($"/proc/{task.Id}/fd/{number}", FileCalls.O_PATH);
            // No such descriptor: the call fails too.
            if (file is not null) objects.Cut(file, from, to);
        }
        catch (IOException)
        {
            report.Unopened++;
        }
    }

    // truncate(2).
    private void CutPath(TracedTask task, ulong path, long length)
    {
        if (length < 0) return;
        try
        {
            if (TaskView.ReadText(task.Id, path) is not { } name) return;
            using Descriptor file = TaskView.OpenPath(task.Id, name);
            if (ProcessStatus.MayWrite(task.Id, FileStatus.Of(file))) objects.Cut(file, length, long.MaxValue);
        }
        catch (LinuxException failure) when (FailsForTheTaskToo(failure.Error))
        {
        }
        catch (IOException)
        {
            report.Unopened++;
        }
    }

    // madvise MADV_REMOVE: punches the object behind shared mappings.
    private void RemoveShared(TracedTask task, ulong start, ulong length)
    {
        if (length > EndOfMemory || start > EndOfMemory - length) return;
        try
        {
            using var files = new AddressSpaceFiles(task.Id);
            ReadOnlySpan<byte> text = VanishingFiles.TryReadBytes($"/proc/{task.Id}/maps");
            int strange = 0;
            while (Mapping.TryTake(ref text, out Mapping mapping, ref strange))
            {
                if (!mapping.Shared || !mapping.Writable || mapping.End <= start || mapping.Start >= start + length) continue;
                if (mapping.ShowsOwnObject) objects.Keep(files, mapping);
                using var file = Descriptor.Open($"/proc/{task.Id}/map_files/{mapping.Start:x}-{mapping.End:x}", FileCalls.O_PATH);
                ulong first = Math.Max(mapping.Start, start), last = Math.Min(mapping.End, start + length);
                objects.Cut(file, (long)(mapping.Offset + (first - mapping.Start)), (long)(mapping.Offset + (last - mapping.Start)));
            }

            report.Unopened += strange;
        }
        catch (IOException)
        {
            report.Unopened++;
        }
    }

    private void KeepObjects(TracedTask task)
    {
        try
        {
            kernel.KeepObjects(task.Id);
        }
        catch (IOException)
        {
            report.Unopened++;
        }
    }

    /// <summary>How a descriptor was opened (proc_pid_fdinfo(5): octal); null when there is none of that number.</summary>
    private int? FlagsOf(TracedTask task, int number)
    {
        try
        {
            string? line = VanishingFiles
                .TryReadLines($"/proc/{task.Id}/fdinfo/{number.ToString(CultureInfo.InvariantCulture)}")
                ?.First(text => text.StartsWith("flags:", StringComparison.Ordinal));
            return line is null ? null : Convert.ToInt32(line["flags:".Length..].Trim(), 8);
        }
        catch (IOException)
        {
            report.Unopened++;
            return null;
        }
    }

    // What a path leads to for the tracer it leads to for the task: where nothing is, or the memory that names it is not there, its own
    // call fails as well (fs/namei.c, strncpy_from_user).
    private static bool FailsForTheTaskToo(int error) =>
        error is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.ENAMETOOLONG or Errno.EFAULT or Errno.ESRCH;
}
