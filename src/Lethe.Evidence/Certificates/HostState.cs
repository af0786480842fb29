namespace Lethe.Evidence.Certificates;

/// <summary>The machine a workload ran on.</summary>
/// <param name="Kernel">The kernel's release.</param>
/// <param name="BootId">What the kernel calls this boot (/proc/sys/kernel/random/boot_id).</param>
/// <param name="Effective">What the kernel does about zeroing; null when it could not be told.</param>
public sealed record HostState(string Kernel, string BootId, EffectiveState? Effective);
