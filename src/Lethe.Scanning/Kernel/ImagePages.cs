namespace Lethe.Scanning.Kernel;

/// <summary>
/// Says what the pages of a memory image are and who owns them, from the image alone. States come from the array of struct page.
/// Owners are found by following kernel objects, whose layout is in the kernel's type information (BTF, CONFIG_DEBUG_INFO_BTF).
/// </summary>
public sealed class ImagePages : IPageAttribution
{
    private const int LongestCacheName = 255;

    private readonly PageStates states;
    private readonly Lazy<(KernelSymbols Table, ulong End)?> symbols;
    private readonly Lazy<Owners?> owners;

    private ImagePages(PageStates states)
    {
        this.states = states;
        symbols = new Lazy<(KernelSymbols Table, ulong End)?>(
            () => KernelSymbols.Read(states.Kernel, states.Note) is { } table && table.AddressOf("_end") is { } end ? (table, end) : null,
            isThreadSafe: false
        );
        owners = new Lazy<Owners?>(
            () =>
                KernelImage.FindTypes(states.Kernel, states.Note, out ulong data) is { } types
                    ? new Owners(new KernelObjects(states.Kernel, types), states.Note, data)
                    : null,
            isThreadSafe: false
        );
    }

    /// <summary>The kernel's release, as uname prints it.</summary>
    public string Release => states.Release;

    /// <summary>Whether owners can be found. States always can.</summary>
    public bool KnowsOwners => owners.Value is not null;

    /// <summary>Reads the kernel's layout out of an image.</summary>
    /// <param name="memory">The image.</param>
    /// <param name="note">The kernel's VMCOREINFO note, if the image's format has it in a header. Null: it is searched for.</param>
    /// <param name="changes">Whether the memory is in use (<see cref="PageStates.Of(IPhysicalMemory, VmCoreInfo?, bool)"/>).</param>
    /// <exception cref="UnknownLayoutException">The image is not of a Linux kernel, or of a version this program does not
    /// know.</exception>
    public static ImagePages Of(IPhysicalMemory memory, VmCoreInfo? note = null, bool changes = false) =>
        new(PageStates.Of(memory, note, changes));

    /// <summary>Reads the kernel's layout out of an image.</summary>
    /// <param name="memory">The image.</param>
    /// <param name="notes">Candidates for the kernel's VMCOREINFO note. The first usable one is taken.</param>
    /// <exception cref="UnknownLayoutException">The image is not of a Linux kernel, or of a version this program does not
    /// know.</exception>
    public static ImagePages Of(IPhysicalMemory memory, IEnumerable<VmCoreInfo> notes) => new(PageStates.Of(memory, notes));

    /// <inheritdoc/>
    public PageState StateOf(long frame) => states.StateOf(frame);

    /// <inheritdoc/>
    public string? OwnerOf(long frame)
    {
        PageState state = StateOf(frame);
        if (state == PageState.Reserved) return OfImage(frame);
        if (state is PageState.Free or PageState.FreePerCpu or PageState.Unknown || owners.Value is not { } known) return null;
        if (states.Pages.Read(frame) is not { } page || states.Pages.AddressOf(frame) is not { } address) return null;
        long headFrame = frame;
        if (page.HeadAddress is { } head)
        {
            if (states.Pages.FrameAt(head) is not { } first || first > frame || states.Pages.Read(first) is not { } headPage) return null;
            (headFrame, address, page) = (first, head, headPage);
        }

        return state switch
        {
            PageState.Slab => known.CacheOf(address),
            PageState.PageCache or PageState.SharedMemory or PageState.HugePage when (page.Mapping & 3) == 0 => known.Files.Describe(
                page.Mapping
            ),
            PageState.Anonymous => ProcessName.Describe(
                known.Anonymous.ProcessesOf(frame, page.Mapping, known.IndexOf(address) + (ulong)(frame - headFrame))
            ),
            PageState.Other when known.Tasks.OfStack(frame) is { } process => $"kernel stack of {process}",
            _ => null,
        } ?? known.Groups.Describe(address);
    }

    /// <summary>The symbol of a page in the kernel's code and static data.</summary>
    private string? OfImage(long frame)
    {
        ulong address = states.Kernel.ImageAddressOf((ulong)frame << 12);
        if (address < states.Note.Symbol("_stext") || symbols.Value is not { } known || address >= known.End) return null;
        return $"kernel image ({known.Table.Describe(address)})";
    }

    /// <summary>What is read only when the first owner is asked for.</summary>
    private sealed class Owners
    {
        private readonly KernelObjects objects;

        /// <param name="objects">The kernel's objects.</param>
        /// <param name="note">The note with the address of the kernel's image.</param>
        /// <param name="data">An address before the kernel's data.</param>
        public Owners(KernelObjects objects, VmCoreInfo note, ulong data)
        {
            this.objects = objects;
            Tasks = new TaskTable(objects, KernelImage.FindFirstTask(objects, note, data));
            Files = new DentryNames(objects);
            Groups = new ControlGroupNames(objects);
            Anonymous = new AnonymousPages(objects, Tasks);
        }

        public TaskTable Tasks { get; }

        public DentryNames Files { get; }

        public ControlGroupNames Groups { get; }

        public AnonymousPages Anonymous { get; }

        /// <summary>A page's index in its file or mapping. It is in struct folio since 5.16, before that in struct page.</summary>
        public ulong IndexOf(ulong page) =>
            objects.Word(page, "folio", "index") ?? objects.Word(page, "page", "index") ?? ulong.MaxValue >> 1;

        /// <summary>The cache of a slab. It is named in struct slab since 5.17, before that in struct page.</summary>
        public string? CacheOf(ulong page)
        {
            ulong? cache = objects.Pointer(page, "slab", "slab_cache") ?? objects.Pointer(page, "page", "slab_cache");
            return objects.Text(objects.Pointer(cache, "kmem_cache", "name"), LongestCacheName) is { } name ? $"slab {name}" : null;
        }
    }
}
