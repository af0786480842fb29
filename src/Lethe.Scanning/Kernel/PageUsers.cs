using Lethe.Linux;

namespace Lethe.Scanning.Kernel;

/// <summary>The processes and the file that have a physical page of this machine mapped.</summary>
internal sealed class PageUsers
{
    private const int PageSize = 4096, BlockPages = 1 << 15, MostRegions = 1024, MostProcesses = 1024;

    // Documentation/admin-guide/mm/pagemap.rst: bit 63 means present, bits 0 to 54 are the frame.
    private const ulong Present = 1UL << 63, FrameMask = (1UL << 55) - 1;

    private readonly HashSet<ProcessName> processes = [];
    private string? file;

    /// <summary>Searches the page tables of every process but this one.</summary>
    /// <param name="frames">Page frame numbers to look for.</param>
    /// <returns>The users of each frame that has any. Processes that end meanwhile are skipped.</returns>
    public static Dictionary<long, PageUsers> Find(IReadOnlySet<long> frames)
    {
        var found = new Dictionary<long, PageUsers>();
        if (frames.Count == 0) return found;
        ulong[] words = new ulong[BlockPages];
        foreach (int process in RunningProcesses.All().Where(process => process != Environment.ProcessId))
        {
            try
            {
                FindIn(process, frames, words, found);
            }
            catch (LinuxException failure)
                when (VanishingFiles.IsGone(failure.Error, "/proc/") || failure.Error is Errno.EACCES or Errno.EPERM)
            {
                // The process has ended, or this user may not see it.
            }
        }

        return found;
    }

    /// <summary>The file, if the page is of one that has a name; else the processes.</summary>
    public string? Describe(bool isOfFile) => isOfFile && file is not null ? $"file {file}" : ProcessName.Describe(processes);

    private static void FindIn(int process, IReadOnlySet<long> frames, ulong[] words, Dictionary<long, PageUsers> found)
    {
        if (ProcessMapping.All($"/proc/{process}") is not { Count: > 0 } mappings) return;
        if (VanishingFiles.TryReadText($"/proc/{process}/comm") is not { } comm) return;
        var name = new ProcessName(process, comm.TrimEnd('\n'));
        using var pagemap = new PerPageFile($"/proc/{process}/pagemap");
        foreach (ProcessMapping mapping in mappings)
        {
            foreach ((ulong start, ulong end) in InMemory(pagemap, mapping.Start, mapping.End))
            {
                for (ulong at = start; at < end; at += BlockPages * PageSize)
                {
                    int count = pagemap.Read((long)(at / PageSize), words.AsSpan(0, (int)Math.Min(BlockPages, (end - at) / PageSize)));
                    foreach (ulong word in words.AsSpan(0, count))
                    {
                        if ((word & Present) == 0 || !frames.Contains((long)(word & FrameMask))) continue;
                        if (!found.TryGetValue((long)(word & FrameMask), out PageUsers? users))
                            found[(long)(word & FrameMask)] = users = new PageUsers();
                        if (users.processes.Count < MostProcesses) users.processes.Add(name);
                        if (mapping.IsOfFile) users.file ??= mapping.Name;
                    }
                }
            }
        }
    }

    /// <summary>
    /// The parts of a mapping that are in memory. They may be a thousand times smaller than it. If the kernel cannot say: all of it.
    /// </summary>
    private static List<(ulong Start, ulong End)> InMemory(PerPageFile pagemap, ulong start, ulong end)
    {
        var regions = new List<(ulong Start, ulong End)>();
        byte[] buffer = new byte[MostRegions * PagemapScan.RegionSize];
        while (start < end)
        {
            ulong from = start;
            int count = Scan(pagemap, ref start, end, buffer, regions);
            if (count < 0)
            {
                regions.Add((from, end));
                break;
            }
        }

        return regions;
    }

    private static unsafe int Scan(PerPageFile pagemap, ref ulong start, ulong end, byte[] buffer, List<(ulong Start, ulong End)> regions)
    {
        // SAFETY: the buffer is pinned during the call, and has room for as many regions as are asked for.
        fixed (byte* room = buffer)
        {
            int count = PagemapScan.InMemory(pagemap.File, ref start, end, room, MostRegions);
            for (int region = 0; region < count; region++) regions.Add(PagemapScan.Region(room, region));
            return count;
        }
    }
}
