using System.Globalization;

namespace Lethe.Media.FreeMemory;

/// <summary>How many unused objects the kernel's general caches hold, by object size in bytes.</summary>
/// <param name="free">Unused objects by size.</param>
internal sealed class ObjectCaches(IReadOnlyDictionary<int, long> free)
{
    // Taken beyond what the caches hold, because processors keep some unused objects that the kernel counts as used.
    private const int Beyond = 200;

    private const int LargestObject = 8192;

    // Taken when the kernel does not report its caches.
    private const int Unknown = 1000;

    /// <summary>How many objects of a size to take, so that no unused one is left out.</summary>
    /// <param name="bytes">The size that an object has to hold, in bytes.</param>
    public int ToTake(int bytes)
    {
        // Larger objects are pages, not objects of a cache (mm/slab.h, KMALLOC_MAX_CACHE_SIZE).
        if (bytes > LargestObject) return Beyond;
        if (free.Count == 0) return Unknown;
        int size = free.Keys.Where(size => size >= bytes).DefaultIfEmpty().Min();
        return Beyond + (int)Math.Min(free.GetValueOrDefault(size), 1_000_000);
    }

    /// <summary>
    /// Reads the text of <c>/proc/slabinfo</c> (mm/slab_common.c, cache_show): the caches named kmalloc, with all variants added up.
    /// </summary>
    public static ObjectCaches Parse(string text)
    {
        var free = new Dictionary<int, long>();
        foreach (string line in text.Split('\n'))
        {
            if (!line.StartsWith("kmalloc-", StringComparison.Ordinal)) continue;
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [_, var active, var all, var size, ..]) continue;
            int bytes = int.Parse(size, CultureInfo.InvariantCulture);
            free[bytes] =
                free.GetValueOrDefault(bytes)
                + long.Parse(all, CultureInfo.InvariantCulture)
                - long.Parse(active, CultureInfo.InvariantCulture);
        }

        return new ObjectCaches(free);
    }

    /// <summary>The caches of this machine. Only root can read them; without them, a fixed number of objects is taken.</summary>
    public static ObjectCaches Now()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/slabinfo"));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return new ObjectCaches(new Dictionary<int, long>());
        }
    }
}
