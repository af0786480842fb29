namespace Lethe.Scanning.Kernel;

/// <summary>Names the control group that a page is charged to.</summary>
internal sealed class ControlGroupNames(KernelObjects objects)
{
    private const int LongestName = 255, DeepestPath = 64;

    // include/linux/memcontrol.h: flags in the lowest bits of memcg_data. The third is reserved there for more.
    private const ulong Marks = 7, OfSlabObjects = 1, OfKernelMemory = 2;

    /// <param name="page">Address of the struct page; for a compound page, of its first.</param>
    /// <returns>For example <c>cgroup /system.slice/x.service</c>; null when the page is charged to no group, or to the root.</returns>
    public string? Describe(ulong page)
    {
        string? path = PathOf(GroupOf(page));
        return path is null or "" ? null : $"cgroup {path}";
    }

    private ulong? GroupOf(ulong page)
    {
        // Before 5.11 a plain pointer (include/linux/mm_types.h). For slabs it may be a list of the groups of their objects.
        if (objects.Word(page, "page", "mem_cgroup") is { } plain) return (plain & Marks) == 0 ? plain : null;
        ulong? word = objects.Word(page, "folio", "memcg_data") ?? objects.Word(page, "page", "memcg_data");
        if (word is not { } charge || (charge & OfSlabObjects) != 0) return null;
        ulong target = charge & ~Marks;
        // In 7.3 all pages are charged to such an object (folio_objcg), which can then also stand for the root (is_root).
        bool isIndirect = (charge & OfKernelMemory) != 0 || objects.Offset("obj_cgroup", "is_root") is not null;
        return isIndirect ? objects.Pointer(target, "obj_cgroup", "memcg") : target;
    }

    private string? PathOf(ulong? group)
    {
        ulong? cgroup = objects.Pointer(group, "mem_cgroup", "css.cgroup");
        ulong? node = objects.Pointer(cgroup, "cgroup", "kn");
        // A group counts only if its directory points back to it (cgroup_create in kernel/cgroup/cgroup.c).
        if (node is null || objects.Pointer(node, "kernfs_node", "priv") != cgroup) return null;
        string path = "";
        for (int depth = 0; node is not null && depth < DeepestPath; depth++)
        {
            // Since 6.15 the parent is called __parent (include/linux/kernfs.h).
            ulong? parent = objects.Pointer(node, "kernfs_node", "parent") ?? objects.Pointer(node, "kernfs_node", "__parent");
            if (parent is null) return path;
            if (objects.Text(objects.Pointer(node, "kernfs_node", "name"), LongestName) is not { } name) return null;
            path = $"/{name}{path}";
            node = parent;
        }

        return null;
    }
}
