using Lethe.Evidence;

namespace Lethe.Media.Sealing;

/// <summary>What decides how a workload is sealed, beside what a seal reads of the machine itself.</summary>
/// <param name="Options">What the user wants.</param>
/// <param name="Effective">What the kernel does about zeroing; null when it could not be told.</param>
public sealed record SealConditions(SealOptions Options, EffectiveState? Effective)
{
    /// <summary>Whether the kernel zeroes memory as it is freed.</summary>
    public bool KernelZeroes => Effective is { InitOnFree: true };

    /// <summary>Whether freed memory will be zeroed anyhow: by the kernel as it is freed, or by a scrub at the end.</summary>
    public bool ZeroesFreedMemory => Options.Scrub || KernelZeroes;
}
