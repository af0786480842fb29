using Lethe.Linux;

namespace Lethe.Scanning.Kernel;

/// <summary>
/// What the pages of this machine are and whose, by <c>/proc/kpageflags</c>, <c>/proc/kpagecgroup</c> and every process's
/// <c>pagemap</c>; needs CAP_SYS_ADMIN. Where the kernel's memory can be read, too, it tells what these files leave out: pages that are
/// free on a processor's own list, and the caches of slabs. The machine runs on: each window of 256 MiB is told as it was when first asked
/// for.
/// </summary>
internal sealed class LivePages : IPageAttribution, IDisposable
{
    // 256 MiB of states at most, one byte a page; that covers 1 TiB of memory at once.
    private const int WindowPages = 1 << 16, MostWindows = 1 << 12;

    // What is asked at once: little memory, as it is taken from the pages that are asked about.
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

    /// <summary>What this machine's kernel says in its own memory, where that can be read; null without it.</summary>
    internal IPageAttribution? Kernel { get; set; }

    /// <summary>
    /// What a page is. Without the kernel's memory a page that is free on a processor's own list cannot be told from one in use by the
    /// kernel; both are <see cref="PageState.Other"/>.
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
    /// Looks which processes have these pages mapped, and as what, for <see cref="OwnerOf"/>; one pass over all processes
    /// but this one. What was found before is forgotten.
    /// </summary>
    /// <param name="frames">Page frame numbers.</param>
    public void FindOwners(IReadOnlySet<long> frames) => users = PageUsers.Find(frames);

    /// <summary>
    /// Whose a page is: the processes or the file if <see cref="FindOwners"/> found them, else the control group it is charged to.
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
