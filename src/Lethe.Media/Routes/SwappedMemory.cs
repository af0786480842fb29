using Lethe.Linux;

namespace Lethe.Media.Routes;

/// <summary>Private memory that is swapped out.</summary>
internal sealed class SwappedMemory
{
    private const int Attempts = 20;
    private readonly MemoryRange memory;

    /// <summary>Maps and fills the memory.</summary>
    public SwappedMemory(Planting planting)
    {
        memory = MemoryRange.Anonymous(planting.Bytes);
        memory.Advise(MemoryCalls.MADV_NOHUGEPAGE);
        planting.Fill(memory);
    }

    /// <summary>Swaps the memory out. The kernel skips pages in flight, so it may have to be asked more than once.</summary>
    /// <param name="mustGo">False when a seal has to keep it in RAM. The kernel is then asked as often, but may refuse.</param>
    /// <exception cref="VoidRunException">It had to go, and less than 99 % of it went.</exception>
    public void PushOut(bool mustGo)
    {
        long swapped = 0;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (!Ask(mustGo)) return;
            swapped = SwappedBytes();
            if (swapped >= memory.Length) return;
        }

        if (mustGo && swapped * 100 < memory.Length * 99)
            throw new VoidRunException($"only {swapped} of {memory.Length} bytes were swapped out");
    }

    private bool Ask(bool mustGo)
    {
        try
        {
            memory.Advise(MemoryCalls.MADV_PAGEOUT);
            return true;
        }
        catch (LinuxException refused) when (refused.Error == Errno.EINVAL && !mustGo)
        {
            // The memory is locked (mm/madvise.c, can_madv_lru_vma), which is one way to seal it.
            return false;
        }
    }

    private static long SwappedBytes() => ProcessStatus.Kilobytes(Environment.ProcessId, "VmSwap:") * 1024;
}
