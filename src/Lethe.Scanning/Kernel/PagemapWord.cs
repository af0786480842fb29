namespace Lethe.Scanning.Kernel;

/// <summary>What <c>/proc/PID/pagemap</c> says of one page (Documentation/admin-guide/mm/pagemap.rst).</summary>
internal readonly record struct PagemapWord(ulong Bits)
{
    private const ulong PresentBit = 1UL << 63, SwappedBit = 1UL << 62, FileOrSharedBit = 1UL << 61, GuardBit = 1UL << 58;
    private const ulong FrameMask = (1UL << 55) - 1;
    private const int SwapTypeBits = 5;

    /// <summary>In RAM.</summary>
    public bool IsPresent => (Bits & PresentBit) != 0;

    /// <summary>
    /// Not in RAM, but not empty either. Guard pages are told as swapped (since Linux 6.15 with a bit of their own) and hold nothing.
    /// </summary>
    public bool IsSwapped => (Bits & (PresentBit | SwappedBit | GuardBit)) == SwappedBit;

    /// <summary>A file's, or memory that is shared.</summary>
    public bool IsFileOrShared => (Bits & FileOrSharedBit) != 0;

    /// <summary>The page frame number; 0 for users who may not see it (no CAP_SYS_ADMIN).</summary>
    public long Frame => IsPresent ? (long)(Bits & FrameMask) : 0;

    /// <summary>Which swap area, by the kernel's number.</summary>
    public int SwapType => (int)(Bits & ((1 << SwapTypeBits) - 1));

    /// <summary>Which page of the area; 0, its header, for users who may not see it.</summary>
    public long SwapSlot => (long)((Bits & FrameMask) >> SwapTypeBits);
}
