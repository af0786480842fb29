namespace Lethe.Evidence;

/// <summary>The names people read for page states.</summary>
internal static class PageStateText
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["anonymous"] = "process memory",
        ["page-cache"] = "page cache",
        ["shmem"] = "shared memory",
        ["slab"] = "kernel objects",
        ["hugetlb"] = "huge page pool",
        ["page-table"] = "page tables",
        ["reserved"] = "reserved pages",
        ["other"] = "kernel pages",
        ["unknown"] = "pages of unknown state",
    };

    /// <summary>
    /// The name; a state without one of its own is called as reports call it, as <c>free</c> and <c>free-per-cpu</c> are.
    /// </summary>
    public static string Of(string state) => Names.GetValueOrDefault(state, state);
}
