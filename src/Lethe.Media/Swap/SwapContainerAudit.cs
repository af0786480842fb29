using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Facts.Trees;
using Lethe.Media.Auditing;

namespace Lethe.Media.Swap;

/// <summary>Whether memory of containers and services can be swapped out, and whether they may lock it.</summary>
internal sealed class SwapContainerAudit : IAudit
{
    public Medium Medium => Medium.Swap;

    public IReadOnlyList<string> Wants { get; } = [.. NodeSwap.Wants, .. ServiceUnits.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("swap/pods-not-swapped", Severity.Medium, "the kubelet lets no pod swap",
            "With LimitedSwap the node's swap takes pages of Burstable pods. Encrypting that area is left to the node; the kubelet does "
                + "not look.",
            PodsNotSwapped
        )
        { Routes = ["swap/exit"], References = ["KEP-2400", "NIST SP 800-53 SC-28"] },
        new("swap/containers-can-lock", Severity.Low, "containers can lock secrets in memory",
            "mlock is what keeps a secret out of swap. It needs CAP_IPC_LOCK or a limit on locked memory that is large enough; a pod "
                + "cannot set limits, so that it has its runtime's. Checkers that count CAP_IPC_LOCK as exposure only see that it can use "
                + "up memory.",
            ContainersCanLock
        )
        { Routes = ["anonymous-memory/mlocked-exit"] },
        new("swap/services-not-swapped", Severity.Low, "services that hold secrets are not swapped out",
            "MemorySwapMax=0 keeps a service's pages out of swap whatever the host has; MemoryZSwapMax=0 keeps them out of the compressed "
                + "pool before it.",
            ServicesNotSwapped
        )
        { Routes = ["swap/exit"], References = ["NIST SP 800-53 SC-28"] },
    ];

    private static IEnumerable<Judgement> PodsNotSwapped(HostFacts facts)
    {
        var objects = KubernetesObjects.Of(facts);
        foreach (KubeletConfiguration kubelet in objects.Kubelets)
        {
            yield return (kubelet switch
            {
                { FailsOnSwap: { IsOn: true, Evidence: var line } } => Judgement.Closed(
                    "the kubelet does not start where swap is on",
                    line
                ),
                { SwapBehavior: "NoSwap" or "", SwapEvidence: var line } => Judgement.Closed(
                    "pods get no swap",
                    line,
                    kubelet.FailsOnSwap.Evidence
                ),
                { SwapBehavior: "LimitedSwap" or "UnlimitedSwap", SwapEvidence: var line } => Judgement
                    .Open("pods' memory is swapped to the node's swap", line, kubelet.FailsOnSwap.Evidence)
                    .RepairedBy(
                        new RepairFile("etc/kubernetes/kubelet.conf.d/90-lethe-swap.conf", KubeletDropIn.NoSwap, KubeletDropIn.Use)
                    ),
                { SwapEvidence: var line } => Judgement.Unknown("needs what this swapBehavior means", line),
            }).About(kubelet.Source);
        }

        foreach (Judgement unread in Unread.Of(objects.Unread)) yield return unread;
    }

    private static IEnumerable<Judgement> ContainersCanLock(HostFacts facts)
    {
        const string capability = "IPC_LOCK", limit = "RLIMIT_MEMLOCK";
        var objects = KubernetesObjects.Of(facts);
        var containers = OciContainers.Of(facts);
        var node = NodeSwap.Of(facts);
        foreach (PodSpecification pod in objects.Pods)
        {
            foreach (PodContainer container in pod.Containers)
            {
                ConfigurationNode added = container.AddedCapability(capability);
                yield return (
                    node is { Swaps: false }
                        ? Judgement.Closed("its node has no swap", [pod.Evidence(container.Node["name"]), .. node.Evidence])
                    : added.IsPresent || container.IsPrivileged
                        ? Judgement.Closed(
                            "it may lock memory without limit",
                            pod.Evidence(added.IsPresent ? added : container.Security["privileged"])
                        )
                    : Judgement
                        .Open(
                            "it may lock only as much as its runtime's limit, often 64 KiB or 8 MiB",
                            pod.Evidence(
                                container.Security["capabilities"] is { IsPresent: true } capabilities
                                    ? capabilities
                                    : container.Node["name"]
                            )
                        )
                        .RepairedBy(
                            new ManualRepair(
                                "add IPC_LOCK to securityContext.capabilities.add where the program locks secrets, or raise LimitMEMLOCK "
                                    + "of the container runtime's service"
                            )
                        )
                ).About($"{pod.Subject}, container {container.Name}");
            }
        }

        foreach (OciContainer container in containers.All)
        {
            ConfigurationNode has = container.Capability("CAP_" + capability), limited = container.Limit(limit);
            yield return (has.IsPresent ? Judgement.Closed("it may lock memory without limit", container.Evidence(has, ""))
                : limited.IsPresent
                    ? Judgement.Closed($"it may lock {limited["soft"].Value} bytes", container.Evidence(limited["soft"], limit))
                : Judgement
                    .Open("it may lock only as much as its runtime's limit", container.Evidence(limited, $"process.rlimits has no {limit}"))
                    .RepairedBy(
                        new ManualRepair(
                            $"add {{\"type\": \"{limit}\", \"hard\": BYTES, \"soft\": BYTES}} to process.rlimits in config.json, with "
                                + "what the program locks"
                        )
                    )
            ).About(container.Subject);
        }

        foreach (Judgement unread in Unread.Of([.. objects.Unread, .. containers.Unread])) yield return unread;
    }

    private static IEnumerable<Judgement> ServicesNotSwapped(HostFacts facts)
    {
        var node = NodeSwap.Of(facts);
        var units = ServiceUnits.Of(facts);
        foreach (ServiceUnit unit in units.All)
        {
            foreach ((string key, string where) in ((string, string)[])[("MemorySwapMax", "swap"), ("MemoryZSwapMax", "zswap")])
            {
                bool isNone = unit[key]?.Value is { } most && most.TrimEnd('%', 'K', 'M', 'G', 'T') == "0";
                yield return (isNone ? Judgement.Closed($"it gets no {where}", unit.Evidence(key))
                    : node.Swaps is false ? Judgement.Closed("the host has no swap", node.Evidence)
                    : Judgement.Open($"its pages may go to {where}", unit.Evidence(key)).RepairedBy(UnitRepair.Of(unit, key, "0"))
                ).About($"{unit.Name}, {where}");
            }
        }

        foreach (Judgement unread in Unread.Of(units.Unread)) yield return unread;
    }
}
