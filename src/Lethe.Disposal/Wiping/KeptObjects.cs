using System.Collections.Concurrent;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Wiping;

/// <summary>
/// Objects in memory that outlive the processes that use them: memfds, System V segments, shared anonymous memory, files
/// of private tmpfs. Each is kept by a descriptor, so that the kernel cannot free it before it is overwritten.
/// </summary>
internal sealed class KeptObjects : IDisposable
{
    private const string SharedAnonymous = "anonymous-memory", HugePages = "huge-page-pool";
    private readonly ConcurrentDictionary<(ulong Device, ulong Inode), (Descriptor File, string Medium)> objects = new();
    private readonly Dictionary<string, (int Seen, int Missed, int Others, WipeCount Count)> totals = [];
    private readonly Lock gate = new();

    /// <summary>Keeps the object a mapping shows, when it has no name by which others could reach it.</summary>
    public void Keep(AddressSpaceFiles files, in Mapping mapping)
    {
        if (objects.ContainsKey((mapping.Device, mapping.Inode))) return;
        string medium = MediumOf(mapping.Name);
        try
        {
            var file = Descriptor.Open($"/proc/{files.Process}/map_files/{mapping.Start:x}-{mapping.End:x}", FileCalls.O_RDWR);
            long kind = FileStatus.FileSystemOf(file);
            bool inMemory = kind is FileStatus.TMPFS_MAGIC or FileStatus.HUGETLBFS_MAGIC && FileStatus.Of(file).Names == 0;
            if (!inMemory || !Add((mapping.Device, mapping.Inode), file, kind == FileStatus.HUGETLBFS_MAGIC ? HugePages : medium)) file.Dispose();
        }
        catch (IOException)
        {
            lock (gate) totals[medium] = Total(medium) with { Missed = Total(medium).Missed + 1 };
        }
    }

    /// <summary>Keeps an open file.</summary>
    /// <returns>False when it is kept already or is no ordinary file; the descriptor is the caller's then.</returns>
    public bool Keep(Descriptor file, string medium)
    {
        FileStatus status = FileStatus.Of(file);
        return status.IsRegular && Add(KeyOf(status), file, medium);
    }

    /// <summary>Whether an open file is one of those that are kept.</summary>
    public bool Keeps(Descriptor file) => objects.ContainsKey(KeyOf(FileStatus.Of(file)));

    /// <summary>Overwrites and lets go what was deleted and nobody uses any more.</summary>
    public void Sweep()
    {
        foreach (var entry in objects)
        {
            if (FileStatus.Of(entry.Value.File).Names == 0 && entry.Value.File.IsLastUser() && objects.TryRemove(entry)) Wipe(entry.Value.File, entry.Value.Medium);
        }
    }

    /// <summary>Overwrites everything that is left. Objects without a name that others use as well stay as they are.</summary>
    public IReadOnlyDictionary<string, ObjectsOutcome> WipeAll()
    {
        foreach (var entry in objects)
        {
            if (!objects.TryRemove(entry)) continue;
            (Descriptor file, string medium) = entry.Value;
            if (FileStatus.Of(file).Names > 0 || file.IsLastUser())
            {
                Wipe(file, medium);
                continue;
            }

            file.Dispose();
            lock (gate) totals[medium] = Total(medium) with { Others = Total(medium).Others + 1 };
        }

        return totals.ToDictionary(total => total.Key, total => new ObjectsOutcome(total.Value.Seen, total.Value.Count.Wiped, MissedOf(total.Value)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((Descriptor file, string _) in objects.Values) file.Dispose();
    }

    private static string? MissedOf((int Seen, int Missed, int Others, WipeCount Count) total)
    {
        if (total.Missed > 0) return $"{total.Missed} objects could not be kept";
        if (total.Others > 0) return $"{total.Others} objects are still used outside the workload";
        if (total.Count.Unreached > 0) return $"{total.Count.Unreached} bytes may not be written any more (sealed memory files); --scrub closes it";
        return total.Count.Wrong > 0 ? $"{total.Count.Wrong} pages did not read back as zero" : null;
    }

    // st_dev in the form of /proc/PID/maps (gnu_dev_major and gnu_dev_minor of sys/sysmacros.h).
    private static (ulong Device, ulong Inode) KeyOf(FileStatus status)
    {
        ulong device = status.Device, major = device >> 8 & 0xfff | device >> 32 & 0xfffff000, minor = device & 0xff | device >> 12 & 0xffffff00;
        return (major << 32 | minor, status.Inode);
    }

    private static string MediumOf(ReadOnlySpan<byte> name) =>
        name.StartsWith("/SYSV"u8) ? "sysv-shared-memory"
        : name.StartsWith("/memfd:"u8) ? "memfd"
        : name.StartsWith("/dev/shm/"u8) ? "posix-shared-memory"
        : name.StartsWith("/dev/zero"u8) ? SharedAnonymous
        : "tmpfs";

    private bool Add((ulong Device, ulong Inode) key, Descriptor file, string medium)
    {
        if (!objects.TryAdd(key, (file, medium))) return false;
        lock (gate) totals[medium] = Total(medium) with { Seen = Total(medium).Seen + 1 };
        return true;
    }

    private void Wipe(Descriptor file, string medium)
    {
        using (file)
        {
            WipeCount done = ObjectWiper.Wipe(file);
            lock (gate)
            {
                done.Add(Total(medium).Count);
                totals[medium] = Total(medium) with { Count = done };
            }
        }
    }

    private (int Seen, int Missed, int Others, WipeCount Count) Total(string medium) => totals.GetValueOrDefault(medium);
}
