namespace Lethe.Scanning.Kernel;

/// <summary>What <c>/proc/PID/pagemap</c> says of one page (Documentation/admin-guide/mm/pagemap.rst).</summary>
internal readonly record struct PagemapWord(ulong Bits)
{
    private const ulong PresentBit = 1UL << 63, SwappedBit = 1UL << 62, FileOrSharedBit = 1UL << 61, GuardBit = 1UL << 58;
    private const ulong FrameMask = (1UL << 55) - 1;
    private const int SwapTypeBits = 5;

    public bool IsPresent => (Bits & PresentBit) != 0;

    /// <summary>
    /// Not in RAM, but not empty either. The kernel reports guard pages as swapped, since Linux 6.15 with a bit of their own. They
    /// hold nothing, and are excluded by that bit.
    /// </summary>
    public bool IsSwapped => (Bits & (PresentBit | SwappedBit | GuardBit)) == SwappedBit;

    /// <summary>Of a file, or of shared memory.</summary>
    public bool IsFileOrShared => (Bits & FileOrSharedBit) != 0;

    /// <summary>The page frame number; 0 for users who may not see it (no CAP_SYS_ADMIN).</summary>
    public long Frame => IsPresent ? (long)(Bits & FrameMask) : 0;

    /// <summary>The kernel's number of the swap area.</summary>
    public int SwapType => (int)(Bits & ((1 << SwapTypeBits) - 1));

    /// <summary>Index of the page in the swap area. 0 (the header) for users who may not see it.</summary>
    public long SwapSlot => (long)((Bits & FrameMask) >> SwapTypeBits);
}
