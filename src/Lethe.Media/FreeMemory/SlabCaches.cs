namespace Lethe.Media.FreeMemory;

/// <summary>The kernel's object caches: giving back the pages that hold no object.</summary>
internal static class SlabCaches
{
    private const string Directory = "/sys/kernel/slab";

    /// <summary>Drops unused directory entries and inodes, then shrinks every cache (mm/slub.c, shrink_store).</summary>
    /// <returns>How many caches were shrunk; 0 without permission.</returns>
    public static int Shrink()
    {
        if (!TryWrite("/proc/sys/vm/drop_caches", "2") || !System.IO.Directory.Exists(Directory)) return 0;
        int shrunk = 0;
        // Merged caches appear under several names that link to one directory.
        foreach (var cache in new DirectoryInfo(Directory).EnumerateDirectories())
        {
            if (cache.LinkTarget is null && TryWrite($"{cache.FullName}/shrink", "1")) shrunk++;
        }

        return shrunk;
    }

    private static bool TryWrite(string file, string text)
    {
        try
        {
            File.WriteAllText(file, text);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
