using Lethe.Scanning.Kernel;

namespace Lethe.Scanning.Sources;

/// <summary>Something that can be searched: an image, a device, a living process, a tree of files.</summary>
/// <remarks>A source hands out <see cref="Part"/>s, which any number of threads read at once, each with a reader of its own.</remarks>
public abstract class Source : IDisposable
{
    /// <summary>As the user named it; not escaped for showing.</summary>
    public abstract string Name { get; }

    /// <summary>What it was recognised as, as in reports: <c>raw</c>, <c>elf-core</c>, <c>lime</c>, <c>kdump</c>, <c>pid</c>...</summary>
    public abstract string Form { get; }

    /// <summary>Bytes that will be read in all, for progress; null when that shows only in reading (a stream).</summary>
    public abstract long? TotalBytes { get; }

    /// <summary>
    /// What there is to read, in order, without overlap. May be asked for once only (a stream), by one thread; a part may be read
    /// while the next one is asked for.
    /// </summary>
    /// <exception cref="SourceException">The source is damaged so that what follows cannot be found.</exception>
    public abstract IEnumerable<Part> Parts();

    /// <summary>Begins to read a part.</summary>
    /// <param name="part">One that <see cref="Parts"/> gave.</param>
    /// <param name="from">Offset in the part, in bytes, a multiple of the page size (4096).</param>
    public abstract IPartReader Open(Part part, long from);

    /// <summary>The same content as physical memory with random access, where it is that: for page states.</summary>
    public virtual IPhysicalMemory? Memory => null;

    /// <summary>
    /// The kernel's VMCOREINFO note, where the format has it in a header; null where it must be searched for in the memory.
    /// </summary>
    public virtual VmCoreInfo? KernelNote => null;

    /// <summary>
    /// The physical address of a byte; null where it has none or it is not known. Memory that is contiguous for a process is
    /// scattered in the machine: there each page is asked for, and told as it is now.
    /// </summary>
    /// <param name="part">One that <see cref="Parts"/> gave.</param>
    /// <param name="offset">Offset in the part, in bytes.</param>
    public virtual ulong? PhysicalOf(Part part, long offset) => part.Address + (ulong)offset;

    /// <summary>
    /// What holds a byte that has no physical address, in a few words (<c>process 812, swap slot 7</c>); null when that is not known.
    /// </summary>
    /// <param name="part">One that <see cref="Parts"/> gave.</param>
    /// <param name="offset">Offset in the part, in bytes.</param>
    public virtual string? HolderOf(Part part, long offset) => null;

    /// <summary>Whether physical addresses are those of this machine, now.</summary>
    public virtual bool IsThisMachine => false;

    /// <summary>
    /// What of the source could not be understood, one line each, known when it is open: what lies there is not among its parts, so a
    /// search of them is incomplete.
    /// </summary>
    public virtual IReadOnlyList<string> Defects => [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back files and mappings.</summary>
    protected abstract void Dispose(bool disposing);
}
