using Lethe.Linux;

namespace Lethe.Scanning.Kernel;

/// <summary>
/// Says what the pages of this machine are and who owns them, by <c>/proc/kpageflags</c>, <c>/proc/kpagecgroup</c> and every process's
/// <c>pagemap</c>. Needs CAP_SYS_ADMIN. If the kernel's memory can be read, it adds what these files leave out: pages that are
/// free on a processor's own list, and the caches of slabs. The machine runs on, so each window of 256 MiB is reported as it was
/// when first asked for.
/// </summary>
internal sealed class LivePages : IPageAttribution, IDisposable
{
    // At most 256 MiB of states, one byte for each page. That covers 1 TiB of memory at once.
    private const int WindowPages = 1 << 16, MostWindows = 1 << 12;

    // Asked for at once. Little, as the memory for the answer comes from the pages that are asked about.
    private const int BlockPages = 1 << 12;

    private readonly PerPageFile flags;
    private readonly LiveControlGroups groups = new();
    private readonly Dictionary<long, byte[]> windows = [];
    private ulong[]? words;
    private Dictionary<long, PageUsers> users = [];

    private LivePages(PerPageFile flags) => this.flags = flags;

    /// <summary>Opens the kernel's lists.</summary>
    /// <exception cref="LinuxException">This user may not read them, or the kernel does not have them
    /// (CONFIG_PROC_PAGE_MONITOR).</exception>
    public static LivePages Open() => new(new PerPageFile("/proc/kpageflags"));

    /// <summary>What this machine's kernel memory says of pages, if it can be read; else null.</summary>
    internal IPageAttribution? Kernel { get; set; }

    /// <summary>
    /// The state of a page. Without the kernel's memory, a page that is free on a processor's own list cannot be distinguished from one
    /// that the kernel uses. Both are then <see cref="PageState.Other"/>.
    /// </summary>
    /// <param name="frame">Page frame number.</param>
    public PageState StateOf(long frame)
    {
        PageState state = ListedStateOf(frame);
        return state == PageState.Other && Kernel?.StateOf(frame) == PageState.FreePerCpu ? PageState.FreePerCpu : state;
    }

    private PageState ListedStateOf(long frame)
    {
        if (frame is < 0 or >= 1L << 40) return PageState.Unknown;
        long window = frame / WindowPages;
        if (!windows.TryGetValue(window, out byte[]? states))
        {
            if (windows.Count >= MostWindows) windows.Clear();
            windows[window] = states = ReadWindow(window * WindowPages);
        }

        return (PageState)states[frame % WindowPages];
    }

    /// <summary>
    /// Finds which processes and files have these pages mapped, for <see cref="OwnerOf"/>, in one pass over all processes
    /// but this one. Results of earlier calls are dropped.
    /// </summary>
    /// <param name="frames">Page frame numbers.</param>
    public void FindOwners(IReadOnlySet<long> frames) => users = PageUsers.Find(frames);

    /// <summary>
    /// The owner of a page: the processes or the file that <see cref="FindOwners"/> found, else what the kernel's memory says, else its
    /// control group.
    /// </summary>
    /// <param name="frame">Page frame number.</param>
    public string? OwnerOf(long frame)
    {
        PageState state = StateOf(frame);
        if (state is PageState.Free or PageState.FreePerCpu or PageState.Unknown) return null;
        return (
            users.TryGetValue(frame, out PageUsers? found)
                ? found.Describe(isOfFile: state is PageState.PageCache or PageState.SharedMemory or PageState.HugePage)
                : null
        )
            ?? Kernel?.OwnerOf(frame)
            ?? groups.Describe(frame);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        flags.Dispose();
        groups.Dispose();
    }

    private byte[] ReadWindow(long first)
    {
        byte[] states = new byte[WindowPages];
        words ??= new ulong[BlockPages];
        for (int block = 0; block < WindowPages; block += BlockPages)
        {
            int count = flags.Read(first + block, words);
            for (int page = 0; page < count; page++) states[block + page] = (byte)KernelPageFlags.StateOf(words[page]);
            if (count < BlockPages) break;
        }

        return states;
    }
}
