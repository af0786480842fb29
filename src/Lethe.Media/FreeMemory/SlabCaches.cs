using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Media.FreeMemory;

/// <summary>The kernel's object caches: freeing the pages that hold no object.</summary>
internal static class SlabCaches
{
    private const string Directory = "/sys/kernel/slab";

    private const int MostRounds = 20;

    /// <summary>
    /// Drops unused directory entries and inodes. Then it shrinks every cache (mm/slub.c, shrink_store) until no more is freed. Much is
    /// freed only some time after a grace period (RCU); the busier the machine, the later.
    /// </summary>
    /// <returns>How many caches were shrunk; 0 without permission.</returns>
    public static int Shrink(CancellationToken cancel)
    {
        bool permitted = TryWrite("/proc/sys/vm/drop_caches", "2") && System.IO.Directory.Exists(Directory);
        int shrunk = 0;
        long last = long.MaxValue;
        for (int round = 0; round < MostRounds && !cancel.IsCancellationRequested; round++)
        {
            if (!Membarrier.Await()) Thread.Sleep(50);
            if (permitted) shrunk = ShrinkOnce();
            long now = CachedKilobytes();
            if (now >= last) break;
            last = now;
        }

        return shrunk;
    }

    private static int ShrinkOnce()
    {
        int shrunk = 0;
        // Merged caches appear under several names that link to one directory.
        foreach (var cache in new DirectoryInfo(Directory).EnumerateDirectories())
        {
            if (cache.LinkTarget is null && TryWrite($"{cache.FullName}/shrink", "1")) shrunk++;
        }

        return shrunk;
    }

    private static long CachedKilobytes() => MemoryCounters.Kilobytes(File.ReadAllText(MemoryCounters.OfMachine), "Slab") ?? 0;

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
