using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Linux.Text;
using Lethe.Media;

namespace Lethe.Disposal.Planning;

/// <summary>The machine this process runs on.</summary>
internal static class ThisHost
{
    /// <summary>What the kernel calls this boot.</summary>
    public static string BootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>What is to be known of it for sealing and for certificates.</summary>
    public static HostState State() => new(
        KernelRelease.OfThisMachine(), BootId(), KernelLog.TryReadAll() is { } log ? BootLog.EffectiveStateIn(log) : null);
}
