using System.Collections.Concurrent;
using Lethe.Linux;
using Lethe.Linux.Text;
using Lethe.Media;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Wiping;

/// <summary>
/// Objects in memory that outlive the processes that use them: memfds, System V segments, shared anonymous memory, files
/// of private places. Each is kept by a descriptor, so that the kernel cannot free it before it is overwritten. It is open
/// for reading only, as a file that somebody may write to cannot be executed; to overwrite it, it is opened once more.
/// </summary>
internal sealed class KeptObjects : IDisposable
{
    private const ulong SegmentDevice = ulong.MaxValue;
    private readonly ConcurrentDictionary<(ulong Device, ulong Inode), Kept> objects = new();
    private readonly Dictionary<Medium, (int Seen, int Missed, WipeCount Count)> totals = [];
    private readonly Lock gate = new(), overwriting = new();
    private readonly ulong kernelDevice;

    /// <summary>Makes it, and learns where the kernel has its own nameless objects (shm_mnt, mm/shmem.c).</summary>
    /// <exception cref="LinuxException">No memory files here.</exception>
    public KeptObjects()
    {
        using Descriptor probe = MemoryFile.Create("probe", MemoryCalls.MFD_CLOEXEC);
        kernelDevice = FileStatus.Of(probe).Device;
    }

    /// <summary>Keeps the object a mapping shows until the end, when it really is one of the kernel's nameless ones.</summary>
    public void Keep(AddressSpaceFiles files, in Mapping mapping)
    {
        bool segment = mapping.Name.StartsWith("/SYSV"u8);
        // A segment's inode is its id (ipc/shm.c), which another object of the same file system may have as well.
        (ulong, ulong) key = (segment ? SegmentDevice : mapping.Device, mapping.Inode);
        if (objects.ContainsKey(key)) return;
        Medium medium = segment ? Medium.SysvSharedMemory
            : mapping.Name.StartsWith("/dev/zero"u8) ? Medium.AnonymousMemory
            : Medium.HugePagePool;
        try
        {
            var file = Descriptor.Open($"/proc/{files.Process}/map_files/{mapping.Start:x}-{mapping.End:x}", FileCalls.O_RDONLY);
            FileStatus status = FileStatus.Of(file);
            bool huge = FileStatus.FileSystemOf(file) == FileStatus.HUGETLBFS_MAGIC;
            // The name was the workload's to choose; where it lies and that it has no name was not.
            bool own = status.Names == 0 && (huge || status.Device == kernelDevice);
            // The kernel does not count users of these as it counts those of files, so no lease can tell when they are gone.
            if (!own || !Add(key, new Kept(file, huge ? Medium.HugePagePool : medium, Counted: false))) file.Dispose();
        }
        catch (IOException)
        {
            Miss(medium);
        }
    }

    /// <summary>Keeps an open file.</summary>
    /// <returns>False when it is kept already or is no ordinary file; the descriptor is the caller's then.</returns>
    public bool Keep(Descriptor file, Medium medium)
    {
        FileStatus status = FileStatus.Of(file);
        return status.IsRegular && Add(KeyOf(status), new Kept(file, medium, Counted: true));
    }

    /// <summary>Overwrites a part of a file that is about to be cut off, if it is one of those that are kept.</summary>
    public void Cut(Descriptor file, long from, long to)
    {
        FileStatus status = FileStatus.Of(file);
        if (status.Length > from && objects.TryGetValue(KeyOf(status), out Kept? kept)) Note(kept, Overwrite(kept.File, from, to));
    }

    /// <summary>Overwrites and lets go what was deleted and nobody uses any more.</summary>
    public void Sweep()
    {
        lock (overwriting)
        {
            foreach (var entry in objects)
            {
                if (
                    entry.Value.Counted
                    && FileStatus.Of(entry.Value.File).Names == 0
                    && entry.Value.File.IsLastUser()
                    && objects.TryRemove(entry)
                )
                    Wipe(entry.Value);
            }
        }
    }

    /// <summary>Overwrites everything that is left, also what others have got from the workload and hold still.</summary>
    public IReadOnlyDictionary<Medium, ObjectsOutcome> WipeAll()
    {
        lock (overwriting)
        {
            foreach (var entry in objects)
            {
                if (objects.TryRemove(entry)) Wipe(entry.Value);
            }
        }

        lock (gate)
            return totals.ToDictionary(
                total => total.Key,
                total => new ObjectsOutcome(total.Value.Seen, total.Value.Count.Wiped, MissedOf(total.Value))
            );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Kept kept in objects.Values) kept.File.Dispose();
    }

    /// <summary>Overwrites an open file through a descriptor of its own that may write.</summary>
    public static WipeCount Overwrite(Descriptor file, long from = 0, long to = long.MaxValue)
    {
        using Descriptor writable = Descriptor.Open($"/proc/self/fd/{file.Number}", FileCalls.O_RDWR);
        return ObjectWiper.Wipe(writable, from, to);
    }

    private static string? MissedOf((int Seen, int Missed, WipeCount Count) total)
    {
        if (total.Missed > 0) return $"{total.Missed} objects could not be kept or overwritten";
        if (total.Count.Unreached > 0)
            return $"{total.Count.Unreached} bytes may not be written any more (sealed memfds); --scrub closes it";
        return total.Count.Wrong > 0 ? $"{total.Count.Wrong} pages did not read back as zero" : null;
    }

    // st_dev in the form of /proc/PID/maps (gnu_dev_major and gnu_dev_minor of sys/sysmacros.h).
    private static (ulong Device, ulong Inode) KeyOf(FileStatus status)
    {
        ulong device = status.Device,
            major = device >> 8 & 0xfff | device >> 32 & 0xfffff000,
            minor = device & 0xff | device >> 12 & 0xffffff00;
        return (major << 32 | minor, status.Inode);
    }

    private bool Add((ulong Device, ulong Inode) key, Kept kept)
    {
        if (!objects.TryAdd(key, kept)) return false;
        lock (gate) totals[kept.Medium] = Total(kept.Medium) with { Seen = Total(kept.Medium).Seen + 1 };
        return true;
    }

    private void Wipe(Kept kept)
    {
        using (kept.File)
        {
            try
            {
                Note(kept, Overwrite(kept.File));
            }
            catch (IOException)
            {
                Miss(kept.Medium);
            }
        }
    }

    private void Note(Kept kept, WipeCount done)
    {
        lock (gate)
        {
            done.Add(Total(kept.Medium).Count);
            totals[kept.Medium] = Total(kept.Medium) with { Count = done };
        }
    }

    /// <summary>Notes that an object of a medium is not kept, and so will not be overwritten.</summary>
    public void Miss(Medium medium)
    {
        lock (gate) totals[medium] = Total(medium) with { Missed = Total(medium).Missed + 1 };
    }

    private (int Seen, int Missed, WipeCount Count) Total(Medium medium) => totals.GetValueOrDefault(medium);

    private sealed record Kept(Descriptor File, Medium Medium, bool Counted);
}
