namespace Lethe.Scanning.Kernel;

/// <summary>What a running kernel reports of a page in <c>/proc/kpageflags</c> (include/uapi/linux/kernel-page-flags.h).</summary>
internal static class KernelPageFlags
{
    private const int
        UpToDate = 3, OnList = 5, Slab = 7, FreeBlock = 10, Mapped = 11, Anonymous = 12, SwapBacked = 14, Huge = 17, NoPage = 20,
        PageTable = 26, Reserved = 32;

    /// <summary>
    /// The state of a page. Both a page that is free on a processor's own list and one that the kernel uses for something
    /// without a flag are <see cref="PageState.Other"/>: these flags do not distinguish them. Nor does any other file:
    /// <c>/proc/kpagecount</c> counts mappings, not references.
    /// </summary>
    public static PageState StateOf(ulong flags) => flags switch
    {
        _ when Has(flags, NoPage) => PageState.Unknown,
        _ when Has(flags, FreeBlock) => PageState.Free,
        _ when Has(flags, Huge) => PageState.HugePage,
        _ when Has(flags, Slab) => PageState.Slab,
        _ when Has(flags, PageTable) => PageState.PageTable,
        _ when Has(flags, Reserved) => PageState.Reserved,
        _ when Has(flags, Anonymous) => PageState.Anonymous,
        // A page of a file is mapped, or on a reclaim list, or, when it was just read, only up to date.
        _ when Has(flags, Mapped) || Has(flags, OnList) || Has(flags, UpToDate) => Has(flags, SwapBacked)
            ? PageState.SharedMemory
            : PageState.PageCache,
        _ => PageState.Other,
    };

    private static bool Has(ulong flags, int bit) => (flags >> bit & 1) != 0;
}
