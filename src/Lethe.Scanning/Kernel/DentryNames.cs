using System.Globalization;

namespace Lethe.Scanning.Kernel;

/// <summary>Names the file whose data a page holds, from the kernel's inode and directory caches.</summary>
internal sealed class DentryNames(KernelObjects objects)
{
    // include/linux/limits.h: NAME_MAX, PATH_MAX.
    private const int LongestName = 255, LongestPath = 4096;
    private const int DeepestPath = 256, MostMounts = 4096, DeepestMount = 32;

    // include/linux/err.h: pointers into the last page of addresses are error codes.
    private const ulong FirstError = 0xfffffffffffff000;

    /// <param name="mapping">Address of the page's struct address_space.</param>
    /// <returns>
    /// <c>file /var/log/syslog</c>, <c>block device 8:1</c>, or <c>inode 1234 of ext4</c> when the name is not cached;
    /// null when the address leads to no inode.
    /// </returns>
    public string? Describe(ulong mapping)
    {
        ulong? inode = objects.Pointer(mapping, "address_space", "host");
        // An inode counts only if it holds this very mapping.
        if (inode is null || objects.AddressOf(inode, "inode", "i_data") != mapping) return null;
        ulong? superBlock = objects.Pointer(inode, "inode", "i_sb");
        string? fileSystem = objects.Text(
            objects.Pointer(objects.Pointer(superBlock, "super_block", "s_type"), "file_system_type", "name"),
            LongestName
        );
        if (fileSystem is null || objects.Word(inode, "inode", "i_ino") is not { } number) return null;
        if (fileSystem == "bdev" && objects.HalfWord(inode, "inode", "i_rdev") is { } device)
            return string.Create(CultureInfo.InvariantCulture, $"block device {device >> 20}:{device & 0xfffff}");
        // The union with the link lost its name in 7.x (include/linux/dcache.h).
        string link = objects.Offset("dentry", "d_alias") is null ? "d_u.d_alias" : "d_alias";
        ulong? entry = objects.Containing(objects.Pointer(inode, "inode", "i_dentry.first"), "dentry", link);
        return entry is not null && PathOf(entry.Value, superBlock) is { } path
            ? $"file {path}"
            : string.Create(CultureInfo.InvariantCulture, $"inode {number} of {fileSystem}");
    }

    private string? PathOf(ulong entry, ulong? superBlock)
    {
        if (PathWithin(entry, until: 0) is not { } within) return null;
        // A file that never had a directory (memfd, SysV shared memory) is its own root. /proc shows it like this, too.
        if (within.Root == entry) return NameOf(entry) is { } name && name != "/" ? $"/{name} (deleted)" : null;
        string deleted = objects.Word(entry, "dentry", "d_hash.pprev") == 0 ? " (deleted)" : "";
        return MountedAt(superBlock, within.Root) is { } place ? $"{place}{within.Path}{deleted}" : null;
    }

    /// <summary>The path from a directory entry up to the root of its file system, or up to a given entry.</summary>
    private (string Path, ulong Root)? PathWithin(ulong entry, ulong until)
    {
        string path = "";
        for (int depth = 0; depth < DeepestPath; depth++)
        {
            if (objects.Pointer(entry, "dentry", "d_parent") is not { } parent) return null;
            if (parent == entry || entry == until) return (path, entry);
            if (NameOf(entry) is not { } name || path.Length + name.Length >= LongestPath) return null;
            path = $"/{name}{path}";
            entry = parent;
        }

        return null;
    }

    private string? NameOf(ulong entry) => objects.Text(objects.Pointer(entry, "dentry", "d_name.name"), LongestName);

    /// <summary>Where the root of a file system is mounted. Empty for the root of a mount namespace; null when not found.</summary>
    private string? MountedAt(ulong? superBlock, ulong root)
    {
        foreach (ulong mount in MountsOf(superBlock))
        {
            if (objects.Pointer(mount, "mount", "mnt.mnt_root") == root && objects.Pointer(mount, "mount", "mnt_ns") is < FirstError
                && PlaceOf(mount) is { } place) return place;
        }

        return null;
    }

    private string? PlaceOf(ulong mount)
    {
        string place = "";
        for (int depth = 0; depth < DeepestMount; depth++)
        {
            if (objects.Pointer(mount, "mount", "mnt_parent") is not { } parent) return null;
            if (parent == mount) return place;
            if (objects.Pointer(mount, "mount", "mnt_mountpoint") is not { } point
                || PathWithin(point, objects.Pointer(parent, "mount", "mnt.mnt_root") ?? 0) is not { } path
                || place.Length + path.Path.Length >= LongestPath) return null;
            place = path.Path + place;
            mount = parent;
        }

        return null;
    }

    /// <summary>
    /// The mounts of a file system: since Linux 6.18 a chain of pointers, before that a doubly linked list (fs/mount.h).
    /// </summary>
    private IEnumerable<ulong> MountsOf(ulong? superBlock)
    {
        bool isChain = objects.Offset("mount", "mnt_next_for_sb") is not null;
        ulong? head = objects.AddressOf(superBlock, "super_block", "s_mounts");
        ulong? next = objects.Pointer(superBlock, "super_block", "s_mounts");
        for (int count = 0; next is { } at && at != head && count < MostMounts; count++)
        {
            ulong? mount = isChain ? at : objects.Containing(at, "mount", "mnt_instance");
            if (mount is null) yield break;
            yield return mount.Value;
            next = isChain ? objects.Pointer(mount, "mount", "mnt_next_for_sb") : objects.Memory.ReadWord(at);
        }
    }
}
