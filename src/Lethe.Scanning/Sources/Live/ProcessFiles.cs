using System.Collections.Concurrent;
using System.Globalization;
using Lethe.Linux;
using Lethe.Scanning.Kernel;

namespace Lethe.Scanning.Sources.Live;

/// <summary>
/// The memory of a living process: its mappings, pagemap and content (proc_pid_mem(5)). The open files belong to the address space the
/// process had: when it ends or executes another program they read as empty, and never show another process of the same number. They
/// keep none of its memory. Used by any number of threads.
/// </summary>
internal sealed class ProcessFiles : IDisposable
{
    public const int PageSize = 4096;

    private readonly string directory;
    private readonly PerPageFile pagemap;
    private readonly Descriptor memory;
    private readonly ConcurrentDictionary<ulong, ProcessMapping> shared = [];

    private ProcessFiles(int process, string directory, PerPageFile pagemap, Descriptor memory) =>
        (Process, this.directory, this.pagemap, this.memory) = (process, directory, pagemap, memory);

    /// <summary>Its number.</summary>
    public int Process { get; }

    /// <summary>Opens a process.</summary>
    /// <param name="process">Its number.</param>
    /// <param name="directory">Its directory in /proc.</param>
    /// <exception cref="LinuxException">It has ended, or this user may not read it.</exception>
    public static ProcessFiles Open(int process, string directory)
    {
        var pagemap = new PerPageFile($"{directory}/pagemap");
        try
        {
            return new ProcessFiles(process, directory, pagemap, Descriptor.Open($"{directory}/mem", FileCalls.O_RDONLY));
        }
        catch (LinuxException)
        {
            pagemap.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Its mappings now; none for a kernel thread and a process that has ended. The clock pages that the kernel lends every process
    /// are left out: they hold nothing of the process, and cannot be read from outside.
    /// </summary>
    /// <exception cref="LinuxException">It lives, and this user may not see them.</exception>
    public List<ProcessMapping> Mappings()
    {
        var mappings = new List<ProcessMapping>();
        foreach (ProcessMapping mapping in ProcessMapping.All(directory) ?? [])
        {
            if (mapping.Name?.StartsWith("[vvar", StringComparison.Ordinal) == true) continue;
            mappings.Add(mapping);
            if (mapping is { Shared: true, IsOfFile: true }) shared[mapping.Start] = mapping;
        }

        return mappings;
    }

    /// <summary>
    /// Opens what is behind a mapping where that is memory that processes share (tmpfs, memfd, POSIX and SysV shared memory, huge pages):
    /// such memory is the process's also where its page tables have nothing. Give it back soon, as it keeps the memory.
    /// </summary>
    /// <param name="start">Where the mapping begins.</param>
    /// <param name="offset">Where in the file the mapping begins, in bytes.</param>
    /// <returns>Null for other mappings, and when the process has ended.</returns>
    /// <exception cref="LinuxException">This user may not (CAP_CHECKPOINT_RESTORE).</exception>
    public Descriptor? OpenShared(ulong start, out long offset)
    {
        offset = 0;
        if (!shared.TryGetValue(start, out ProcessMapping mapping) || mapping.FileOffset > long.MaxValue) return null;
        offset = (long)mapping.FileOffset;
        string link = string.Create(CultureInfo.InvariantCulture, $"{directory}/map_files/{mapping.Start:x}-{mapping.End:x}");
        try
        {
            // A device is asked what it is without being opened, as opening may do something.
            using Descriptor place = Descriptor.Open(link, FileCalls.O_PATH);
            if (FileStatus.Of(place).IsRegular && FileStatus.FileSystemOf(place) is FileStatus.TMPFS_MAGIC or FileStatus.HUGETLBFS_MAGIC)
                return Descriptor.Open(link, FileCalls.O_RDONLY);
        }
        catch (LinuxException failure) when (VanishingFiles.IsGone(failure.Error, link))
        {
            // It has ended, or unmapped this meanwhile.
        }

        return null;
    }

    /// <summary>Reads what the pagemap says of pages that follow each other.</summary>
    /// <returns>How many pages; 0 when the process has ended.</returns>
    public int Words(ulong address, Span<ulong> words) => pagemap.Read((long)(address / PageSize), words);

    /// <summary>Finds pages that are in RAM or swap.</summary>
    /// <param name="from">Where to begin; afterwards where to go on.</param>
    /// <param name="end">Where to stop.</param>
    /// <param name="regions">Where they go, in order; all of what was asked for where the kernel cannot say (before Linux 6.7).</param>
    public unsafe void FindPopulated(ref ulong from, ulong end, Queue<(ulong Start, ulong End)> regions)
    {
        const int Most = 64;
        byte* room = stackalloc byte[Most * PagemapScan.RegionSize];
        ulong start = from;
        // SAFETY: the buffer has room for as many regions as are asked for.
        int count = PagemapScan.InMemoryOrSwap(pagemap.File, ref from, end, room, Most);
        for (int region = 0; region < count; region++) regions.Enqueue(PagemapScan.Region(room, region));
        if (count >= 0) return;
        regions.Enqueue((start, end));
        from = end;
    }

    /// <summary>Copies memory, which makes pages present that are not: ask <see cref="Words"/> before.</summary>
    /// <returns>Bytes, perhaps fewer than asked for; 0 when the process has ended; a negative errno when they cannot be read.</returns>
    public unsafe int Read(ulong address, Span<byte> destination)
    {
        // Measured: nearly twice as fast as the file, but it goes by number and does not read what is not readable. SAFETY: the span is
        // pinned for the length of the call, and the call writes no more than its length.
        fixed (byte* start = destination)
        {
            MemoryVector local = new((ulong)start, (ulong)destination.Length), remote = new(address, (ulong)destination.Length);
            long got = ProcessMemory.Read(Process, &local, 1, &remote, 1);
            // While the address space that was opened lives, the number is its process's.
            ulong word = 0;
            if (got > 0 && Words(address, new Span<ulong>(ref word)) > 0) return (int)got;
        }

        return memory.ReadSomeAt((long)address, destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pagemap.Dispose();
        memory.Dispose();
    }
}
