namespace Lethe.Scanning.Sources;

/// <summary>Bounds of physical addresses.</summary>
internal static class PhysicalAddress
{
    /// <summary>No x86-64 or arm64 machine has memory at or above this (52 bits: Intel SDM vol. 3, 4.1.4; Arm ARM, FEAT_LPA).</summary>
    public const ulong End = 1UL << 52;

    /// <summary>Whether memory of this length, in bytes, can begin at an address.</summary>
    public static bool IsPossible(ulong address, ulong length) => length <= End && address <= End - length;
}
