using System.Globalization;
using Lethe.Linux;
using Lethe.Scanning.Kernel;

namespace Lethe.Scanning.Sources.Live;

/// <summary>
/// Live processes. Each mapping is a part. Pages in RAM are read, and pages in swap if the swap area can be read. Reading does not grow
/// the processes' resident sets, and swaps no page in. Pages of mapped files that they have not touched are not theirs, and are not read.
/// </summary>
internal sealed class ProcessSource : Source
{
    /// <summary>The beginning of the name of a source of one process.</summary>
    public const string Prefix = "pid:";

    /// <summary>The beginning of the name of a source of a control group's processes.</summary>
    public const string GroupPrefix = "cgroup:";

    private const int PageSize = ProcessFiles.PageSize;

    // Names that the kernel gives shared memory: mm/shmem.c, ipc/shm.c, mm/hugetlb.c.
    private static readonly string[] SharedNames = ["/memfd:", "/SYSV", "/dev/zero", "/dev/shm/", "/anon_hugepage"];

    private readonly Dictionary<int, ProcessFiles> processes;
    private readonly List<string> defects;
    private readonly SwapSlots swap;

    /// <summary>Makes a source of open processes, which it then owns.</summary>
    /// <param name="name">The source as the user named it.</param>
    /// <param name="form"><c>pid</c> or <c>cgroup</c>.</param>
    /// <param name="processes">The processes.</param>
    /// <param name="defects">What belongs to the processes and could not be opened.</param>
    /// <param name="swap">The swap area with their swapped pages.</param>
    public ProcessSource(string name, string form, IEnumerable<ProcessFiles> processes, List<string> defects, SwapSlots swap)
    {
        (Name, Form, this.defects, this.swap) = (name, form, defects, swap);
        this.processes = processes.ToDictionary(files => files.Process);
        TotalBytes = this.processes.Keys.Sum(process =>
            (ProcessStatus.Kilobytes(process, "VmRSS:") + ProcessStatus.Kilobytes(process, "VmSwap:")) * 1024
        );
        foreach (ProcessFiles files in this.processes.Values) NoteUnreadable(files);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Form { get; }

    /// <inheritdoc/>
    public override bool IsThisMachine => true;

    /// <summary>Bytes that were in RAM and in swap when the source was opened.</summary>
    public override long? TotalBytes { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Defects => defects;

    /// <summary>Opens a process by its process id.</summary>
    /// <exception cref="SourceException">It is this process, it does not exist, or this user may not read it.</exception>
    public static ProcessSource OpenProcess(string name)
    {
        if (!int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int process) || process == 0)
            throw new SourceException($"{name}: not the number of a process", "give it as pid:1234");
        if (IsThisProcess(process)) throw new SourceException($"{name}: that is the scan itself", "a scan always holds what it looks for");
        ProcessFiles? files = null;
        try
        {
            files = ProcessFiles.Open(process, Directory(process));
            if (files.Mappings().Count == 0) throw new SourceException($"{name}: it has no memory: a kernel's thread, or it has ended");
            var source = new ProcessSource(name, "pid", [files], [], OpenSwap());
            files = null;
            return source;
        }
        catch (LinuxException failure)
        {
            throw Refused(name, failure);
        }
        finally
        {
            files?.Dispose();
        }
    }

    /// <summary>Opens the processes of a control group and of the groups below it, except this process.</summary>
    /// <exception cref="SourceException">There is no such group, or no process in it can be read.</exception>
    public static ProcessSource OpenGroup(string name)
    {
        var defects = new List<string>();
        var opened = new List<ProcessFiles>();
        LinuxException? refused = null;
        foreach (int process in ControlGroupProcesses.Of(name, name[GroupPrefix.Length..], defects))
        {
            if (IsThisProcess(process)) continue;
            try
            {
                opened.Add(ProcessFiles.Open(process, Directory(process)));
            }
            catch (LinuxException failure)
            {
                if (HasEnded(failure)) continue;
                refused = failure;
                defects.Add($"process {process}: {failure.Message}");
            }
        }

        if (opened.Count > 0) return new ProcessSource(name, "cgroup", opened, defects, OpenSwap());
        throw refused is null ? new SourceException($"{name}: no process is in it", defects.FirstOrDefault()) : Refused(name, refused);
    }

    /// <inheritdoc/>
    public override IEnumerable<Part> Parts()
    {
        LinuxException? refused = null;
        foreach (ProcessFiles files in processes.Values)
        {
            foreach (ProcessMapping mapping in MappingsOf(files, failure => refused ??= failure))
            {
                string what = mapping.Name ?? "[anonymous]";
                yield return new Part(
                    (long)mapping.Start,
                    (long)(mapping.End - mapping.Start),
                    null,
                    Form == "cgroup" ? $"{files.Process} {what}" : what
                )
                {
                    VirtualAddress = mapping.Start,
                    Process = files.Process,
                };
            }
        }

        if (refused is not null) throw refused;
    }

    /// <inheritdoc/>
    public override IPartReader Open(Part part, long from)
    {
        ProcessFiles files = processes[part.Process!.Value];
        ulong start = part.VirtualAddress!.Value;
        try
        {
            if (files.OpenShared(start, out long offset) is { } shared) return new SharedMemoryReader(shared, offset, part.Length, from);
        }
        catch (LinuxException)
        {
            // The process's pages of it are then read like other memory. A defect already says that there may be more.
        }

        return new ProcessReader(files, swap, start, part.Length, from);
    }

    /// <inheritdoc/>
    public override ulong? PhysicalOf(Part part, long offset)
    {
        ulong address = part.VirtualAddress!.Value + (ulong)offset, word = 0;
        if (processes[part.Process!.Value].Words(address, new Span<ulong>(ref word)) == 0) return null;
        return new PagemapWord(word).Frame is > 0 and var frame ? (ulong)frame * PageSize + address % PageSize : null;
    }

    /// <inheritdoc/>
    public override string? HolderOf(Part part, long offset)
    {
        ulong word = 0;
        if (processes[part.Process!.Value].Words(part.VirtualAddress!.Value + (ulong)offset, new Span<ulong>(ref word)) == 0) return null;
        return new PagemapWord(word) is { IsSwapped: true, SwapSlot: > 0 } swapped
            ? string.Create(CultureInfo.InvariantCulture, $"process {part.Process}, swap slot {swapped.SwapSlot}")
            : null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (ProcessFiles files in processes.Values) files.Dispose();
        swap.Dispose();
    }

    // A process that has ended has no mappings. If a live process refuses to list them, the scan is incomplete.
    private static List<ProcessMapping> MappingsOf(ProcessFiles files, Action<LinuxException> refused)
    {
        try
        {
            return files.Mappings();
        }
        catch (LinuxException failure)
        {
            refused(failure);
            return [];
        }
    }

    // Recognised by name, because the file cannot be opened to examine it.
    private void NoteUnreadable(ProcessFiles files)
    {
        foreach (
            ProcessMapping mapping in MappingsOf(files, refused => defects.Add($"process {files.Process}: {refused.Message}"))
                .Where(mapping =>
                    mapping.Shared && SharedNames.Any(name => mapping.Name?.StartsWith(name, StringComparison.Ordinal) == true)
                )
        )
        {
            try
            {
                files.OpenShared(mapping.Start, out _)?.Dispose();
                return;
            }
            catch (LinuxException failure)
            {
                defects.Add(
                    $"process {files.Process}: shared memory that it has not touched itself, {mapping.Name} for example: {failure.Message}"
                );
                return;
            }
        }
    }

    private static string Directory(int process) => $"/proc/{process.ToString(CultureInfo.InvariantCulture)}";

    private static SwapSlots OpenSwap() => SwapSlots.Open("/proc/swaps", "/proc/meminfo");

    // Threads have numbers of their own, and show the same memory under them.
    private static bool IsThisProcess(int process) =>
        process == Environment.ProcessId || System.IO.Directory.Exists($"/proc/self/task/{process.ToString(CultureInfo.InvariantCulture)}");

    private static bool HasEnded(LinuxException failure) => VanishingFiles.IsGone(failure.Error, "/proc/");

    private static SourceException Refused(string name, LinuxException failure) => HasEnded(failure)
        ? new SourceException($"{name}: there is no such process")
        : new SourceException(
            $"{name}: {failure.Message}",
            failure.Error is Errno.EACCES or Errno.EPERM
                ? "run it as root; as the process's own user it takes kernel.yama.ptrace_scope 0"
                : null,
            failure.Error);
}
