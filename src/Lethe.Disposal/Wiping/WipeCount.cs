namespace Lethe.Disposal.Wiping;

/// <summary>What wiping came to, in bytes unless said otherwise.</summary>
internal struct WipeCount
{
    /// <summary>Zeroed.</summary>
    public long Wiped;

    /// <summary>Should have been zeroed, but the kernel did not take the write.</summary>
    public long Unreached;

    /// <summary>Was in swap; the copy in RAM is zeroed, the swap area keeps what it had.</summary>
    public long Swapped;

    /// <summary>Pages read back.</summary>
    public long Verified;

    /// <summary>Pages that did not read back as zero.</summary>
    public long Wrong;

    /// <summary>Adds another count.</summary>
    public void Add(in WipeCount other)
    {
        Wiped += other.Wiped;
        Unreached += other.Unreached;
        Swapped += other.Swapped;
        Verified += other.Verified;
        Wrong += other.Wrong;
    }
}
