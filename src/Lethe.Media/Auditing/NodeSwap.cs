using Lethe.Evidence;
using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Linux.Text;

namespace Lethe.Media.Auditing;

/// <summary>
/// Whether the memory of containers can be swapped out on their node. The kubelet refuses swap unless it is configured to allow it. Then
/// it mounts memory volumes with noswap where the kernel has that, since Linux 6.4. Elsewhere it only logs a warning.
/// </summary>
/// <param name="Swaps">Whether the node has swap, or its kubelet allows it; null when that is not known.</param>
/// <param name="HasNoSwapMounts">Whether tmpfs has the option noswap on this kernel; null when the kernel's version is not known.</param>
/// <param name="LimitedSwap">Whether pods' own memory may be swapped; null when it is not known.</param>
/// <param name="Evidence">The facts that show it.</param>
internal sealed record NodeSwap(bool? Swaps, bool? HasNoSwapMounts, bool? LimitedSwap, IReadOnlyList<Citation> Evidence)
{
    private const string Areas = "/proc/swaps", Configurations = "/boot/config-*";

    /// <summary>Patterns of the facts that are read.</summary>
    public static IReadOnlyList<string> Wants { get; } = [Areas, KernelRelease.Source, Configurations, .. KubernetesObjects.Wants];

    public static NodeSwap Of(HostFacts facts)
    {
        Reading areas = facts.Read(Areas);
        (bool? knows, Citation? kernel) = Kernel(facts);
        if (facts.Scope == FactScope.Host && areas.Text is not null && areas.Lines.Skip(1).All(line => line.Text.Trim().Length == 0))
            return new NodeSwap(false, knows, false, [areas.Evidence]);
        KubeletConfiguration[] kubelets = [.. KubernetesObjects.Of(facts).Kubelets];
        Citation[] known = kernel is null ? [] : [kernel];
        // Among several nodes' kubelets the weakest counts, as a pod can run on any of them.
        if (kubelets.FirstOrDefault(one => one.FailsOnSwap.IsOn is false) is { } weakest)
            return new NodeSwap(
                true,
                knows,
                kubelets.Any(one => one is { FailsOnSwap.IsOn: false, SwapBehavior: "LimitedSwap" or "UnlimitedSwap" }),
                [weakest.FailsOnSwap.Evidence, .. known]
            );
        if (kubelets.Length > 0 && facts.Scope != FactScope.Host)
            return new NodeSwap(false, knows, false, [kubelets[0].FailsOnSwap.Evidence]);
        return new NodeSwap(
            facts.Scope == FactScope.Host && areas.Text is not null ? true : null,
            knows,
            null,
            areas.Text is null ? known : [areas.Evidence, .. known]
        );
    }

    private static (bool? Knows, Citation? Evidence) Kernel(HostFacts facts)
    {
        Reading release = facts.Read(KernelRelease.Source);
        if (facts.Scope == FactScope.Host && release.Value is { } running) return (HasNoSwap(running), release.Evidence);
        // "# Linux/x86 6.1.90 Kernel Configuration" is among the first lines.
        foreach (Reading file in facts.Matching(Configurations))
            if (
                file
                    .Lines.Take(5)
                    .FirstOrDefault(line =>
                        line.Text.EndsWith("Kernel Configuration", StringComparison.Ordinal) && line.Words.Length > 3
                    ) is
                { Text: not null } line
            )
                return (HasNoSwap(line.Words[2]), line.Evidence);
        return (null, null);
    }

    /// <summary>
    /// Whether tmpfs has the option noswap on a kernel of that release (mm/shmem.c, since Linux 6.4); null when it is no release.
    /// </summary>
    public static bool? HasNoSwap(string release) => KernelRelease.Parse(release)?.IsAtLeast(6, 4);
}
