namespace Lethe.Scanning.Kernel;

/// <summary>The names of page states in reports.</summary>
internal static class PageStateName
{
    /// <summary>The name, for example <c>free-per-cpu</c>.</summary>
    public static string Of(PageState state) => state switch
    {
        PageState.Free => "free",
        PageState.FreePerCpu => "free-per-cpu",
        PageState.Anonymous => "anonymous",
        PageState.PageCache => "page-cache",
        PageState.SharedMemory => "shmem",
        PageState.Slab => "slab",
        PageState.HugePage => "hugetlb",
        PageState.PageTable => "page-table",
        PageState.Reserved => "reserved",
        PageState.Other => "other",
        _ => "unknown",
    };
}
