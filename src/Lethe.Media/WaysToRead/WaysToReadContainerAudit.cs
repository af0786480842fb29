using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Facts.Trees;
using Lethe.Media.Auditing;

namespace Lethe.Media.WaysToRead;

/// <summary>Whether containers can read other workloads' memory on their node.</summary>
internal sealed class WaysToReadContainerAudit : IAudit
{
    // Capabilities that let a process read others' memory, the kernel's memory, or raw disks.
    private static readonly string[] Capabilities = ["SYS_PTRACE", "SYS_RAWIO", "SYS_ADMIN", "SYSLOG", "BPF", "PERFMON"];

    public Medium Medium => Medium.WaysToRead;

    public IReadOnlyList<string> Wants { get; } = KubernetesObjects.Wants;

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("ways-to-read/containers", Severity.Medium, "containers cannot read others' memory",
            "A privileged container, one among the host's processes, or one with these capabilities reads the memory of others on its "
                + "node, and what ended ones left.",
            Containers
        )
        { References = ["kubescape C-0038", "checkov CKV_K8S_17"] },
    ];

    private static IEnumerable<Judgement> Containers(HostFacts facts)
    {
        var objects = KubernetesObjects.Of(facts);
        var containers = OciContainers.Of(facts);
        foreach (PodSpecification pod in objects.Pods)
        {
            if (pod.IsOn("hostPID"))
            {
                yield return Judgement
                    .Open("it sees and may trace the node's processes", pod.Evidence(pod.Specification["hostPID"]))
                    .RepairedBy(PodPatch.Of(pod, "own-processes", "hostPID: false"))
                    .About(pod.Subject);
            }

            foreach (PodContainer container in pod.Containers)
                yield return OfContainer(pod, container).About($"{pod.Subject}, container {container.Name}");
        }

        foreach (OciContainer container in containers.All)
        {
            string[] has = [.. Capabilities.Where(name => container.Capability("CAP_" + name).IsPresent)];
            bool isAmongHosts = !container.Namespace("pid").IsPresent;
            yield return (has.Length > 0
                ? Judgement
                    .Open(
                        $"it has {string.Join(", ", has.Select(name => "CAP_" + name))}",
                        container.Evidence(container.Capability("CAP_" + has[0]), "")
                    )
                    .RepairedBy(new ManualRepair("take them out of process.capabilities in config.json"))
                : isAmongHosts
                    ? Judgement
                        .Open(
                            "it is among the host's processes",
                            container.Evidence(container.Root["linux"]["namespaces"], "linux.namespaces has no pid")
                        )
                        .RepairedBy(new ManualRepair("add {\"type\": \"pid\"} to linux.namespaces in config.json"))
                : Judgement.Closed(
                    "it has no capability to read others' memory",
                    container.Evidence(container.Root["process"]["capabilities"], "process.capabilities")
                )
            ).About(container.Subject);
        }

        foreach (Judgement unread in Unread.Of([.. objects.Unread, .. containers.Unread])) yield return unread;
    }

    private static Judgement OfContainer(PodSpecification pod, PodContainer container)
    {
        if (container.IsPrivileged)
        {
            return Judgement.Open("it is privileged", pod.Evidence(container.Security["privileged"])).RepairedBy(PodPatch.Of(
                pod,
                "unprivileged-" + RepairName.Of(container.Name),
                $"{container.List}:",
                $"- name: {PodPatch.Quoted(container.Name)}",
                "  securityContext:",
                "    privileged: false"
            )
        );
        }

        ConfigurationNode added = Capabilities.Select(container.AddedCapability).FirstOrDefault(node => node.IsPresent)
            ?? ConfigurationNode.Missing;
        return added.IsPresent
            ? Judgement
                .Open($"it has the capability {added.Value}", pod.Evidence(added))
                .RepairedBy(new ManualRepair($"take {added.Value} out of securityContext.capabilities.add"))
            : Judgement.Closed("it has no capability to read others' memory", pod.Evidence(container.Node["name"]));
    }
}
