using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>Takes free memory as BPF array maps, which the kernel zeroes.</summary>
internal static class MapPages
{
    private const int MapBytes = 1 << 20;

    /// <summary>Takes so many bytes of maps on all processors together, holds them, and gives them back.</summary>
    /// <returns>Bytes held at once.</returns>
    public static long Clear(long bytes, ScrubGuard guard)
    {
        var maps = new System.Collections.Concurrent.ConcurrentBag<Descriptor>();
        try
        {
            return PinnedThreads.Sum((_, threads) =>
            {
                long taken = 0;
                for (; taken < bytes / threads && guard.Allows(threads * MapBytes); taken += MapBytes) maps.Add(BpfArrayMap.Create(64 << 10, 16));
                return taken;
            });
        }
        finally
        {
            foreach (Descriptor map in maps) map.Dispose();
        }
    }
}
