using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Facts.Trees;
using Lethe.Media.Auditing;

namespace Lethe.Media.ScratchStorage;

/// <summary>What containers write to disks: deleting it does not overwrite it.</summary>
internal sealed class ScratchStorageContainerAudit : IAudit
{
    private static readonly string[] Disposal = ["NIST SP 800-53 SC-28", "NIST SP 800-53 SI-12(3)", "NIST SP 800-53 MP-6"];

    public Medium Medium => Medium.ScratchStorage;

    public IReadOnlyList<string> Wants { get; } = [.. KubernetesObjects.Wants, .. ContainerEngines.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("scratch-storage/empty-directories-in-memory", Severity.Medium, "emptyDir is not on the node's disk",
            "The kubelet deletes an emptyDir's files and wipes nothing (kubernetes#86546 asked for it): their blocks stay on the node's "
                + "disk, readable unless that is encrypted.",
            EmptyDirectories
        )
        { Routes = ["scratch-storage/unlink"], References = Disposal },
        new("scratch-storage/no-host-paths", Severity.Medium, "pods write to no path of the node",
            "What a pod writes to a hostPath stays on the node after its end; nothing deletes it.", HostPaths)
        { Routes = ["scratch-storage/unlink"], References = ["kubescape C-0045", .. Disposal] },
        new("scratch-storage/container-layer-unwritten", Severity.Low, "containers write nothing to their root file system",
            "What a container writes to its root file system goes to a layer on the node's disk, which is deleted with the container, "
                + "some time later, and not wiped.",
            ContainerLayer
        )
        { Routes = ["scratch-storage/unlink"], References = ["checkov CKV_K8S_22"] },
        new("scratch-storage/engine-directory", Severity.Low, "layers of containers are not kept on a disk",
            "Layers of ended containers stay below the engine's directory until somebody removes them, and removing wipes nothing.",
            EngineDirectory
        )
        { Routes = ["scratch-storage/unlink"], References = Disposal },
    ];

    private static IEnumerable<Judgement> EmptyDirectories(HostFacts facts)
    {
        var objects = KubernetesObjects.Of(facts);
        foreach (PodSpecification pod in objects.Pods)
        {
            foreach (ConfigurationNode volume in pod.Volumes.Where(volume => volume["emptyDir"].IsPresent))
            {
                ConfigurationNode medium = volume["emptyDir"]["medium"];
                string name = volume["name"].Value ?? "unnamed";
                yield return (medium.Value switch
                {
                    "Memory" => Judgement.Closed("it is in memory", pod.Evidence(medium)),
                    { } huge when huge.StartsWith("HugePages", StringComparison.Ordinal) => Judgement.Closed(
                        "it is in huge pages",
                        pod.Evidence(medium)
                    ),
                    _ => Judgement
                        .Open("it is on the node's disk, and nothing here has that encrypted", pod.Evidence(volume["emptyDir"]))
                        .RepairedBy(
                        PodPatch.Of(
                            pod,
                            "memory-" + RepairName.Of(name),
                            "volumes:",
                            $"- name: {PodPatch.Quoted(name)}",
                            "  emptyDir:",
                            "    medium: Memory"
                        ),
                        new ManualRepair("or have /var/lib/kubelet on an encrypted file system of each node")),
                }).About($"{pod.Subject}, volume {name}");
            }
        }

        foreach (Judgement unread in Unread.Of(objects.Unread)) yield return unread;
    }

    private static IEnumerable<Judgement> HostPaths(HostFacts facts)
    {
        var objects = KubernetesObjects.Of(facts);
        foreach (PodSpecification pod in objects.Pods)
        {
            foreach (ConfigurationNode volume in pod.Volumes.Where(volume => volume["hostPath"].IsPresent))
            {
                ConfigurationNode path = volume["hostPath"]["path"];
                bool isRead = pod.MountsOf(volume).Any() && pod.MountsOf(volume).All(mount => mount["readOnly"].IsTrue);
                bool isNoDirectory = volume["hostPath"]["type"].Value is "Socket" or "CharDevice" or "BlockDevice";
                yield return (isRead ? Judgement.Closed("its containers only read there", pod.Evidence(path))
                    : isNoDirectory ? Judgement.Closed("it is no directory", pod.Evidence(path))
                    : Judgement.Open($"what it writes to {path.Value} stays on the node", pod.Evidence(path)).RepairedBy(
                        new ManualRepair("use an emptyDir of medium Memory or an encrypted volume, or mount it with readOnly: true")
                    )
            ).About($"{pod.Subject}, volume {volume["name"].Value}");
            }
        }

        foreach (Judgement unread in Unread.Of(objects.Unread)) yield return unread;
    }

    private static IEnumerable<Judgement> ContainerLayer(HostFacts facts)
    {
        var objects = KubernetesObjects.Of(facts);
        var containers = OciContainers.Of(facts);
        foreach (PodSpecification pod in objects.Pods)
        {
            foreach (PodContainer container in pod.Containers)
            {
                ConfigurationNode readOnly = container.Security["readOnlyRootFilesystem"];
                yield return (readOnly.IsTrue
                    ? Judgement.Closed("its root file system is read-only", pod.Evidence(readOnly))
                    : Judgement
                        .Open(
                            "it can write to its root file system",
                            pod.Evidence(readOnly.IsPresent ? readOnly : container.Node["name"])
                        )
                        .RepairedBy(
                        PodPatch.Of(
                            pod,
                            "read-only-" + RepairName.Of(container.Name),
                            $"{container.List}:",
                            $"- name: {PodPatch.Quoted(container.Name)}",
                            "  securityContext:",
                            "    readOnlyRootFilesystem: true"
                        )
                    )
        ).About($"{pod.Subject}, container {container.Name}");
            }
        }

        foreach (OciContainer container in containers.All)
        {
            ConfigurationNode readOnly = container.Root["root"]["readonly"];
            yield return (readOnly.IsTrue
                ? Judgement.Closed("its root file system is read-only", container.Evidence(readOnly, ""))
                : Judgement
                    .Open("it can write to its root file system", container.Evidence(readOnly, "root.readonly is not set"))
                    .RepairedBy(
                        new ManualRepair(
                            "set \"readonly\": true under \"root\" in config.json, and mount tmpfs where the program writes"
                        )
                    )
        ).About(container.Subject);
        }

        foreach (Judgement unread in Unread.Of([.. objects.Unread, .. containers.Unread])) yield return unread;
    }

    private static IEnumerable<Judgement> EngineDirectory(HostFacts facts)
    {
        var engines = ContainerEngines.Of(facts);
        foreach (ContainerEngine engine in engines.All)
        {
            string key = engine.IsDocker ? "data-root" : "root";
            bool isInMemory = ((string[])["/run/", "/dev/shm/"]).Any(start => engine.Directory.StartsWith(start, StringComparison.Ordinal));
            Citation line = engine.Evidence(engine.Root[key], key);
            yield return (isInMemory
                ? Judgement.Closed("its directory is in memory", line)
                : Judgement.Open($"layers of containers are kept below {engine.Directory}", line).RepairedBy(
                    new ManualRepair(
                        $"have {engine.Directory} on an encrypted file system, and containers removed when they end (docker run --rm)"
                    )
                )
    ).About(engine.Name);
        }

        foreach (Judgement unread in Unread.Of(engines.Unread)) yield return unread;
    }
}
