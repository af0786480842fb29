using Lethe.Linux;

namespace Lethe.Media.Routes;

/// <summary>Private memory that is pushed out to swap.</summary>
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

    /// <summary>Pushes it out; the kernel may need to be asked more than once, as pages in flight are skipped.</summary>
    /// <param name="mustGo">False when a seal is there to keep it in RAM: then it is asked for just as often, and may fail.</param>
    /// <exception cref="VoidRunException">It had to go, and less than 99 % went.</exception>
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
            // Locked memory (mm/madvise.c, can_madv_lru_vma), which is one way to seal it.
            return false;
        }
    }

    private static long SwappedBytes() => ProcessStatus.Kilobytes(Environment.ProcessId, "VmSwap:") * 1024;
}
