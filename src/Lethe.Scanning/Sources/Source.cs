using Lethe.Scanning.Kernel;

namespace Lethe.Scanning.Sources;

/// <summary>Something that can be searched: an image, a device, a live process, a tree of files.</summary>
/// <remarks>A source has <see cref="Part"/>s. Any number of threads read them at once, each with a reader of its own.</remarks>
public abstract class Source : IDisposable
{
    /// <summary>The name that the user gave it. Not escaped for display.</summary>
    public abstract string Name { get; }

    /// <summary>The recognised format, as in reports: <c>raw</c>, <c>elf-core</c>, <c>lime</c>, <c>kdump</c>, <c>pid</c>...</summary>
    public abstract string Form { get; }

    /// <summary>Bytes that will be read in all, for progress; null if only reading shows them (a stream).</summary>
    public abstract long? TotalBytes { get; }

    /// <summary>
    /// The parts to read, in order, without overlap. They may be enumerated only once (a stream), by one thread. A part may be read
    /// while the next one is asked for.
    /// </summary>
    /// <exception cref="SourceException">The source is so damaged that further parts cannot be found.</exception>
    public abstract IEnumerable<Part> Parts();

    /// <summary>Begins to read a part.</summary>
    /// <param name="part">A part from <see cref="Parts"/>.</param>
    /// <param name="from">Offset in the part, in bytes, a multiple of the page size (4096).</param>
    public abstract IPartReader Open(Part part, long from);

    /// <summary>The same content as physical memory with random access, for page states; null when it is not memory.</summary>
    public virtual IPhysicalMemory? Memory => null;

    /// <summary>
    /// The kernel's VMCOREINFO note, if the format has it in a header. Null if it must be searched for in the memory.
    /// </summary>
    public virtual VmCoreInfo? KernelNote => null;

    /// <summary>
    /// The physical address of a byte; null when it has none or it is not known. Memory that is contiguous in a process is
    /// scattered in the machine. Its pages are looked up one by one, and reported as they are now.
    /// </summary>
    /// <param name="part">A part from <see cref="Parts"/>.</param>
    /// <param name="offset">Offset in the part, in bytes.</param>
    public virtual ulong? PhysicalOf(Part part, long offset) => part.Address + (ulong)offset;

    /// <summary>
    /// What holds a byte that has no physical address, in a few words (<c>process 812, swap slot 7</c>); null when that is not known.
    /// </summary>
    /// <param name="part">A part from <see cref="Parts"/>.</param>
    /// <param name="offset">Offset in the part, in bytes.</param>
    public virtual string? HolderOf(Part part, long offset) => null;

    /// <summary>Whether its physical addresses are those of this machine at this moment.</summary>
    public virtual bool IsThisMachine => false;

    /// <summary>
    /// What could not be understood when the source was opened, one line each. The bytes there are in none of the parts, so a
    /// search of the parts is incomplete.
    /// </summary>
    public virtual IReadOnlyList<string> Defects => [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes files and unmaps mappings.</summary>
    protected abstract void Dispose(bool disposing);
}
