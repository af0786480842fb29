using System.Globalization;
using System.Runtime.InteropServices;
using Lethe.Linux.Text;

namespace Lethe.Linux;

/// <summary>How much memory of the machine is free now (sysinfo(2)): one call that is cheap enough for loops.</summary>
internal static partial class SystemMemory
{
    // struct sysinfo of linux/sysinfo.h has 112 bytes on 64-bit machines; the ABI test compares these offsets.
    internal const int SystemInformationSize = 112, FreeOffset = 40, UnitOffset = 104;

    private const int PagesInHugePage = 512;

    [LibraryImport("libc", EntryPoint = "sysinfo", SetLastError = true)]
    private static unsafe partial int Information(byte* buffer);

    /// <summary>Free bytes, without those in the processors' own lists.</summary>
    public static unsafe long FreeBytes()
    {
        // SAFETY: the buffer has room for struct sysinfo, and the two fields lie inside it (AbiTests compares size and offsets).
        byte* buffer = stackalloc byte[SystemInformationSize];
        Errno.Check(Information(buffer), "sysinfo");
        return *(long*)(buffer + FreeOffset) * *(uint*)(buffer + UnitOffset);
    }

    /// <summary>Bytes that could be allocated now without swapping (MemAvailable, si_mem_available of mm/show_mem.c).</summary>
    public static long AvailableBytes() =>
        MemoryCounters.Kilobytes(File.ReadAllText(MemoryCounters.OfMachine), "MemAvailable")!.Value * 1024;

    /// <summary>How many swap areas are in use; 0 where the kernel cannot swap and has no /proc/swaps.</summary>
    public static int SwapAreas() => ActiveSwap.All(VanishingFiles.TryReadText("/proc/swaps") ?? "").Count;

    /// <summary>
    /// How many pages the kernel has moved since it started: by compaction, by balancing between nodes, and by assembling huge pages
    /// (counters of /proc/vmstat, mm/vmstat.c).
    /// </summary>
    public static long MovedPages()
    {
        long pages = 0;
        foreach (string line in File.ReadLines("/proc/vmstat"))
        {
            string[] words = line.Split(' ');
            if (words is ["pgmigrate_success" or "thp_collapse_alloc", var count])
                pages += long.Parse(count, CultureInfo.InvariantCulture) * (words[0][0] == 't' ? PagesInHugePage : 1);
        }

        return pages;
    }
}
