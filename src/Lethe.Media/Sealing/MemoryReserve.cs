using Lethe.Linux;

namespace Lethe.Media.Sealing;

/// <summary>The memory that stays for the machine and for lethe when a workload gets the rest.</summary>
internal static class MemoryReserve
{
    // A twentieth of what is available, and at least this many bytes.
    private const long Least = 64L << 20, Part = 20;

    /// <summary>Bytes of memory that are available now, less the reserve.</summary>
    public static long FreeLessReserve()
    {
        long available = SystemMemory.AvailableBytes();
        return Math.Max(available - Math.Max(Least, available / Part), available / 2);
    }
}
