using System.Globalization;
using System.Text;
using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Facts.Collecting;

/// <summary>
/// Files that are only memory, and who has them open or mapped: <c>memory-file:memfd/*</c>, <c>memory-file:deleted/*</c> (of
/// <c>/dev/shm</c>, which have no name any more) and <c>memory-file:named/*</c> (each file in <c>/dev/shm</c>). Those that are programs
/// being run say so. A process that began after a file was made did not make it. Times are seconds since 1970.
/// </summary>
internal sealed class MemoryFileFacts : ISpecialFacts
{
    private const string Scheme = "memory-file:", Shared = "/dev/shm/", Anonymous = "/memfd:", Deleted = " (deleted)";
    private const int MostFiles = 4000, MostDescriptors = 20_000;

    public IEnumerable<Fact> Collect(IReadOnlyList<string> patterns)
    {
        if (!patterns.Any(pattern => pattern.StartsWith(Scheme, StringComparison.Ordinal))) return [];
        var pass = new Pass();
        pass.Names();
        List<int> processes = [.. RunningProcesses.All()];
        List<int> later = [.. processes.Where(process => !pass.Look(process))];
        // What has none of its memory present may still map a file; it matters only where nobody else was found.
        if (pass.HasUnheldNames) foreach (int process in later) pass.LookAtMaps(process);
        return pass.Facts();
    }

    private sealed record Entry(string Kind, string Id, string Name, FileStatus Status, long Made)
    {
        public SortedSet<int> Holders { get; } = [];
    }

    private sealed class Pass
    {
        private readonly Dictionary<(ulong Device, ulong Inode), Entry> files = [];
        private readonly HashSet<(ulong Device, ulong Inode)> programs = [];
        private readonly long booted = BootTime();
        private int closed, seen;
        private bool cut;

        public bool HasUnheldNames => files.Values.Any(file => file.Kind == "named" && file.Holders.Count == 0);

        public void Names()
        {
            if (!Directory.Exists(Shared)) return;
            foreach (string path in Directory.EnumerateFiles(Shared)) Add(path, path, null);
        }

        /// <summary>Looks at what a process has open, and at what it maps if any of that is present.</summary>
        /// <returns>Whether what it maps was looked at, or cannot be.</returns>
        public bool Look(int process)
        {
            seen++;
            try
            {
                int count = 0;
                if (VanishingFiles.TryReadLink($"/proc/{process}/exe") is { } program && IsMemory(program)) AddProgram(process);
                // It has ended.
                if (VanishingFiles.TryList($"/proc/{process}/fd") is not { } descriptors) return true;
                foreach (string number in descriptors)
                {
                    if (++count > MostDescriptors) { cut = true; break; }
                    string link = $"/proc/{process}/fd/{number}";
                    if (TargetOf(link) is { } target && IsMemory(target)) Add(link, target, process);
                }
            }
            catch (LinuxException refused) when (refused.Error is Errno.EACCES or Errno.EPERM)
            {
                closed++;
                return true;
            }

            bool present = ShownText.Of($"/proc/{process}/status") is { } status && MemoryCounters.Kilobytes(status, "RssShmem") > 0;
            if (present) LookAtMaps(process);
            return present;
        }

        /// <summary>Looks at what a process maps.</summary>
        public void LookAtMaps(int process)
        {
            try
            {
                _ = ProcessMappings.TryRead($"/proc/{process}/maps", (in Mapping mapping) =>
                {
                    string name = Encoding.UTF8.GetString(mapping.Name);
                    if (IsMemory(name)) Add($"/proc/{process}/map_files/{mapping.Start:x}-{mapping.End:x}", name, process);
                });
            }
            catch (LinuxException refused) when (refused.Error is Errno.EACCES or Errno.EPERM)
            {
                // It is somebody else's, and was counted as that.
            }
        }

        public IEnumerable<Fact> Facts()
        {
            string? problem =
                RunningProcesses.AreHidden || closed > 0
                    ? $"permission denied for {(RunningProcesses.AreHidden ? "hidden" : closed)} of {seen} processes; run as root"
                : cut ? "too much is open, or by too long paths; the rest was not looked at"
                : null;
            if (problem is not null)
                foreach (string kind in (string[])["memfd", "deleted", "named"])
                    yield return new Fact($"{Scheme}{kind}/processes", Problem: problem, Source: "/proc");
            foreach (Entry file in files.Values)
            {
                var text = new StringBuilder(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"name {file.Name}\nbytes {file.Status.Length}\nowner {file.Status.Owner}\nmade {file.Made}"
                    )
                );
                foreach (int holder in file.Holders)
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"\nholder {holder} since {Began(holder)} {ShownText.Of($"/proc/{holder}/comm")?.TrimEnd('\n')}"
                    );
                if (programs.Contains((file.Status.Device, file.Status.Inode))) text.Append("\nprogram");
                yield return new Fact($"{Scheme}{file.Kind}/{file.Id}", text.ToString(), Source: file.Name);
            }
        }

        private string? TargetOf(string link)
        {
            try
            {
                return VanishingFiles.TryReadLink(link);
            }
            catch (LinuxException failure) when (failure.Error == Errno.ENAMETOOLONG)
            {
                cut = true;
                return null;
            }
        }

        private static bool IsMemory(string target) =>
            target.StartsWith(Anonymous, StringComparison.Ordinal) || target.StartsWith(Shared, StringComparison.Ordinal);

        private void Add(string place, string name, int? holder)
        {
            try
            {
                using Descriptor file = Descriptor.Open(place, FileCalls.O_PATH);
                FileStatus status = FileStatus.Of(file);
                if (!status.IsRegular) return;
                if (!files.TryGetValue((status.Device, status.Inode), out Entry? entry))
                {
                    if (files.Count >= MostFiles) { cut = true; return; }
                    bool memfd = name.StartsWith(Anonymous, StringComparison.Ordinal);
                    string kind =
                        memfd ? "memfd"
                        : name.EndsWith(Deleted, StringComparison.Ordinal) && status.Names == 0 ? "deleted"
                        : "named";
                    // Another mount's /dev/shm, a container's, has files of its own; where its names are is not ours to say.
                    if (kind == "named" && holder is not null) return;
                    string id = kind == "named" ? name[Shared.Length..] : status.Inode.ToString(CultureInfo.InvariantCulture);
                    files[(status.Device, status.Inode)] = entry = new Entry(kind, id, name, status, FileStatus.MadeAt(file));
                }

                if (holder is { } process) entry.Holders.Add(process);
            }
            catch (LinuxException failure)
                when (VanishingFiles.IsGone(failure.Error, place) || failure.Error is Errno.EACCES or Errno.EPERM)
            {
                // Closed or unmapped meanwhile, or a mapping that this user may not open.
            }
        }

        // Who executes a memory file, as container runtimes do with themselves, began after it was made; what it holds is no data.
        private void AddProgram(int process)
        {
            using Descriptor? file = VanishingFiles.TryOpen($"/proc/{process}/exe", FileCalls.O_PATH);
            if (file is null) return;
            FileStatus status = FileStatus.Of(file);
            programs.Add((status.Device, status.Inode));
        }

        // "btime 1732295000" of /proc/stat.
        private static long BootTime() =>
            ShownText.Of("/proc/stat")?.Split('\n').FirstOrDefault(line => line.StartsWith("btime ", StringComparison.Ordinal)) is { } line
            && long.TryParse(line.AsSpan(6), CultureInfo.InvariantCulture, out long seconds)
                ? seconds
                : 0;

        private long Began(int process) =>
            ProcessTimes.StartTicks(ShownText.Of($"/proc/{process}/stat") ?? "") is { } ticks
                ? booted + (ticks / ProcessTimes.TicksPerSecond)
                : 0;
    }
}
