using Lethe.Evidence;
using Lethe.Facts.Trees;

namespace Lethe.Facts.Containers;

/// <summary>
/// What a node's kubelet does with swap (kubelet.config.k8s.io/v1beta1): by default it does not start on a node with swap.
/// </summary>
/// <param name="Source">What people call its file.</param>
/// <param name="FailsOnSwap">Whether it refuses to start where swap is on.</param>
/// <param name="SwapBehavior"><c>NoSwap</c> (the default) or <c>LimitedSwap</c>, as it is written.</param>
/// <param name="SwapEvidence">Where that stands.</param>
internal sealed record KubeletConfiguration(string Source, SwitchSetting FailsOnSwap, string SwapBehavior, Citation SwapEvidence)
{
    /// <summary>Reads it.</summary>
    /// <param name="document">The configuration or a drop-in.</param>
    /// <param name="source">What people call it.</param>
    /// <param name="before">What it adds to; null when it is the first.</param>
    internal static KubeletConfiguration Of(ConfigurationNode document, string source, KubeletConfiguration? before)
    {
        Citation origin = document["kind"].Evidence(source);
        ConfigurationNode fails = document["failSwapOn"], behavior = document["memorySwap"]["swapBehavior"];
        return new KubeletConfiguration(
            before?.Source ?? source,
            fails.IsPresent
                ? new SwitchSetting(fails.IsTrue, fails.Evidence(source))
                : before?.FailsOnSwap ?? new SwitchSetting(true, origin, IsDefault: true),
            behavior.Value ?? before?.SwapBehavior ?? "NoSwap",
            behavior.IsPresent ? behavior.Evidence(source) : before?.SwapEvidence ?? origin);
    }
}
