using Lethe.Evidence.Certificates;

namespace Lethe.Media.Sealing;

/// <summary>What decides how a workload is sealed, besides what a seal itself reads of the machine.</summary>
/// <param name="Kind">What is to be sealed.</param>
/// <param name="Options">What the user wants.</param>
/// <param name="Host">The machine.</param>
public sealed record SealConditions(WorkloadKind Kind, SealOptions Options, HostState Host)
{
    /// <summary>Whether the kernel zeroes memory as it is freed.</summary>
    public bool KernelZeroes => Host.Effective is { InitOnFree: true };

    /// <summary>Whether freed memory will be zeroed: by the kernel as it is freed, or by a scrub at the end.</summary>
    public bool ZeroesFreedMemory => Options.Scrub || KernelZeroes;
}
