using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Facts.Trees;
using Lethe.Media.Auditing;

namespace Lethe.Media.Tmpfs;

/// <summary>Whether tmpfs mounts of containers and services stay in memory, and end with them.</summary>
internal sealed class TmpfsContainerAudit : IAudit
{
    public Medium Medium => Medium.Tmpfs;

    public IReadOnlyList<string> Wants { get; } = [.. NodeSwap.Wants, .. ServiceUnits.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("tmpfs/memory-volumes-not-swapped", Severity.Medium, "memory volumes of pods are not swapped out",
            "Secrets and emptyDir of medium Memory are tmpfs. On nodes with swap and a kernel before 6.4 the kubelet only logs that they "
                + "can be swapped to disk.",
            MemoryVolumes
        )
        { AlsoMedia = [Medium.Swap], Routes = ["tmpfs/kept", "swap/exit"], References = ["NIST SP 800-53 SC-28"] },
        new("tmpfs/container-mounts-not-swapped", Severity.Medium, "tmpfs mounts of containers are not swapped out",
            "A tmpfs without noswap is written to swap when memory is short, whatever its container's files were promised to be.",
            ContainerMounts
        )
        { AlsoMedia = [Medium.Swap], References = ["NIST SP 800-53 SC-28"] },
        new("tmpfs/private-to-service", Severity.Low, "services have a /tmp of their own",
            "What a service leaves in the shared /tmp or /var/tmp stays after its end, for others to find; with PrivateTmp= systemd "
                + "removes both when it stops.",
            PrivateToService
        )
        { References = ["NIST SP 800-53 SI-14(2)"] },
    ];

    private static IEnumerable<Judgement> MemoryVolumes(HostFacts facts)
    {
        var objects = KubernetesObjects.Of(facts);
        var node = NodeSwap.Of(facts);
        foreach (KubeletConfiguration kubelet in objects.Kubelets)
            yield return JudgedBy(node, kubelet.FailsOnSwap.Evidence, kubelet.FailsOnSwap.IsOn is true ? false : null)
                .About(kubelet.Source);
        foreach (PodSpecification pod in objects.Pods)
            foreach (ConfigurationNode volume in pod.Volumes)
                if (volume["emptyDir"]["medium"].Value == "Memory" || volume["secret"].IsPresent || volume["projected"].IsPresent)
                    yield return JudgedBy(
                            node,
                            pod.Evidence(volume["emptyDir"]["medium"] is { IsPresent: true } medium ? medium : volume["name"]),
                            null
                        )
                        .About($"{pod.Subject}, volume {volume["name"].Value}");
        foreach (Judgement unread in Unread.Of(objects.Unread)) yield return unread;
    }

    private static Judgement JudgedBy(NodeSwap node, Citation line, bool? swaps) => (swaps ?? node.Swaps, node.HasNoSwapMounts) switch
    {
        (false, _) => Judgement.Closed("its node has no swap", [line, .. node.Evidence]),
        (true, true) => Judgement.Closed("its node has swap, and the kernel mounts memory volumes with noswap", [line, .. node.Evidence]),
        (true, false) => Judgement
            .Open("its node has swap, and the kernel, before 6.4, cannot keep memory volumes out of it", [line, .. node.Evidence])
            .RepairedBy(
            new RepairFile("etc/kubernetes/kubelet.conf.d/90-lethe-swap.conf", KubeletDropIn.NoSwap, KubeletDropIn.Use),
            new ManualRepair("or run nodes with Linux 6.4 or later")
        ),
        (true, null) => Judgement.Unknown("needs the node's kernel version (give its kernel configuration)", [line, .. node.Evidence]),
        _ => Judgement.Unknown("needs whether the node swaps (give its kubelet's configuration)", [line, .. node.Evidence]),
    };

    private static IEnumerable<Judgement> ContainerMounts(HostFacts facts)
    {
        var containers = OciContainers.Of(facts);
        foreach (OciContainer container in containers.All)
        {
            ConfigurationNode memory = container.Root["linux"]["resources"]["memory"];
            bool isLimited = memory["limit"].Value is { } limit && memory["swap"].Value == limit;
            foreach (
                ConfigurationNode mount in container.Mounts.Where(mount =>
                    mount["type"].Value == "tmpfs" && mount["destination"].Value is not "/dev"
                )
            )
            {
                Citation line = container.Evidence(mount["destination"], "tmpfs");
                string subject = $"{container.Subject}, {mount["destination"].Value}";
                if (mount["options"].Children.Any(option => option.Value == "noswap"))
                    yield return Judgement.Closed("it is mounted with noswap", line).About(subject);
                else if (isLimited)
                    yield return Judgement
                        .Closed("its container's memory limits leave no room for swap", line, container.Evidence(memory["swap"], ""))
                        .About(subject);
                else
                    yield return Judgement
                        .Open("it can be swapped out", line)
                        .About(subject)
                        .RepairedBy(
                            new ManualRepair(
                                "add \"noswap\" to the mount's options (Linux 6.4), or set linux.resources.memory.swap to the same as "
                                    + "memory.limit"
                            )
                        );
            }
        }

        foreach (Judgement unread in Unread.Of(containers.Unread)) yield return unread;
    }

    private static IEnumerable<Judgement> PrivateToService(HostFacts facts)
    {
        var units = ServiceUnits.Of(facts);
        foreach (ServiceUnit unit in units.All)
        {
            bool isPrivate = unit["PrivateTmp"]?.Value == "disconnected" || unit.Switch("PrivateTmp", unit.Switch("DynamicUser", false));
            yield return (isPrivate
                ? Judgement.Closed("it has a /tmp and /var/tmp of its own", unit.Evidence("PrivateTmp"))
                : Judgement
                    .Open("it shares /tmp and /var/tmp with others", unit.Evidence("PrivateTmp"))
                    .RepairedBy(UnitRepair.Of(unit, "PrivateTmp", "yes"))
        ).About(unit.Name);
        }

        foreach (Judgement unread in Unread.Of(units.Unread)) yield return unread;
    }
}
