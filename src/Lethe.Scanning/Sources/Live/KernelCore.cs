using Lethe.Linux;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Sources.Formats;
using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Live;

/// <summary>
/// The memory of this machine while it runs, through <c>/proc/kcore</c>, each physical page once. Its segments (fs/proc/kcore.c) for the
/// direct map and for the kernel's image have physical addresses and overlap. The other segments show the same pages at other addresses.
/// </summary>
/// <remarks>
/// The pages of this process are skipped, because they always hold what it looks for. Pages that it had before and has freed
/// are not known. Each reader reads through a locked buffer of 32 KiB, which is cleared after each part and used again.
/// </remarks>
internal sealed class KernelCore : Source
{
    /// <summary>The beginning of the names of such sources.</summary>
    public const string Prefix = "kcore:";

    private const int HeadLength = 4096;
    private const ulong PageSize = 4096;
    private const string DefaultPath = "/proc/kcore";

    private readonly IStorage storage;
    private readonly Action<List<long>> listOwn;
    private readonly List<MemoryStretch> stretches = [];
    private readonly List<string> defects;

    private KernelCore(
        string name,
        IStorage storage,
        List<ElfCore.Segment> segments,
        List<(ulong Start, ulong End)> ram,
        Action<List<long>> listOwn,
        List<string> defects
    )
    {
        (Name, this.storage, this.listOwn, this.defects) = (name, storage, listOwn, defects);
        ulong covered = 0;
        foreach (ElfCore.Segment segment in segments.Where(IsMemory).OrderBy(segment => segment.Physical))
        {
            ulong from = Math.Max(segment.Physical, covered), to = segment.Physical + segment.Length;
            if (from >= to) continue;
            covered = to;
            foreach ((ulong start, ulong end) in ram.Count == 0 ? [(from, to)] : ram)
            {
                ulong first = Math.Max(from, start), behind = Math.Min(to, end);
                if (first < behind)
                    stretches.Add(
                        new MemoryStretch((long)first, (long)(segment.Offset + (first - segment.Physical)), (long)(behind - first))
                    );
            }
        }

        TotalBytes = stretches.Sum(stretch => stretch.Length);
        long lacking = ram.Sum(range => (long)(range.End - range.Start)) - TotalBytes.Value;
        if (lacking > 0) defects.Add($"{lacking} bytes of the machine's memory are in none of its segments");
        Memory = new PlainMemory(storage, stretches);
        KernelNote = ElfCore.NotesOf(storage, segments).Kernel;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Form => "kcore";

    /// <inheritdoc/>
    public override bool IsThisMachine => true;

    /// <summary>The kernel's own note on its layout (in /proc/kcore since Linux 4.19); null when there is none.</summary>
    public override VmCoreInfo? KernelNote { get; }

    /// <inheritdoc/>
    public override long? TotalBytes { get; }

    /// <inheritdoc/>
    public override IPhysicalMemory Memory { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Defects => defects;

    /// <summary>Opens the kernel's file, or another file like it.</summary>
    /// <exception cref="SourceException">There is no such file, or this user may not read it.</exception>
    public static KernelCore Open(string name)
    {
        string path = name.Length > Prefix.Length ? name[Prefix.Length..] : DefaultPath;
        try
        {
            var storage = new FileStorage(Descriptor.Open(path, FileCalls.O_RDONLY));
            return Open(name, storage, SystemRam.Read("/proc/iomem"), OwnFrames.List);
        }
        catch (LinuxException failure)
        {
            throw new SourceException(failure.Message, failure.Error switch
            {
                Errno.ENOENT => "this kernel has no /proc/kcore (CONFIG_PROC_KCORE); take a dump with AVML or LiME instead",
                Errno.EACCES or Errno.EPERM => "it takes root with CAP_SYS_RAWIO, and a kernel that is not locked down",
                _ => null,
            }, failure.Error);
        }
    }

    /// <summary>Reads the segments of a core. The source then owns the storage.</summary>
    /// <param name="name">The name of the source.</param>
    /// <param name="storage">The core.</param>
    /// <param name="ram">The physical addresses that are memory, in order; empty when they are not known.</param>
    /// <param name="listOwn">Lists the page frames to skip, in order.</param>
    /// <exception cref="SourceException">It is not a core, or has no physical memory.</exception>
    public static KernelCore Open(string name, IStorage storage, List<(ulong Start, ulong End)> ram, Action<List<long>> listOwn)
    {
        try
        {
            Span<byte> head = stackalloc byte[HeadLength];
            int length = storage.Read(0, head, out string? problem);
            if (problem is not null) throw new SourceException($"{name}: {problem}");
            if (!ElfCore.Recognises(head[..length])) throw new SourceException($"{name}: not an ELF core");
            List<ElfCore.Segment> segments = ElfCore.ReadSegments(name, storage, head[..length], out List<string> defects);
            var core = new KernelCore(name, storage, segments, ram, listOwn, defects);
            if (core.stretches.Count == 0) throw new SourceException($"{name}: none of its segments has a physical address");
            return core;
        }
        catch (SourceException)
        {
            storage.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Part> Parts() =>
        stretches.Select(stretch => new Part(stretch.Address, stretch.Length, (ulong)stretch.Address));

    /// <inheritdoc/>
    public override IPartReader Open(Part part, long from)
    {
        MemoryStretch stretch = stretches.Find(stretch => stretch.Address == part.Offset);
        KernelCoreBuffer buffer = KernelCoreBuffer.Take();
        // Only now, because this process's memory changes while it reads.
        listOwn(buffer.Own);
        return new KernelCoreReader(storage, stretch, from, buffer);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => storage.Dispose();

    // Kernels before 4.11 gave segments without a physical address the address 0. The list of the machine's memory removes those.
    private static bool IsMemory(ElfCore.Segment segment) =>
        segment.Type == ElfCore.Load && segment.Length > 0 && segment.Physical % PageSize == 0
        && PhysicalAddress.IsPossible(segment.Physical, segment.Length)
        && segment.Offset <= long.MaxValue && segment.Length <= long.MaxValue - segment.Offset;
}
