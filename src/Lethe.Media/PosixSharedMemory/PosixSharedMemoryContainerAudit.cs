using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Facts.Trees;
using Lethe.Media.Auditing;

namespace Lethe.Media.PosixSharedMemory;

/// <summary>Whether shared memory of containers and services ends with them.</summary>
internal sealed class PosixSharedMemoryContainerAudit : IAudit
{
    public Medium Medium => Medium.PosixSharedMemory;

    public IReadOnlyList<string> Wants { get; } = [.. KubernetesObjects.Wants, .. ContainerEngines.Wants, .. ServiceUnits.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("posix-shared-memory/not-the-hosts", Severity.High, "containers do not use the host's shared memory",
            "In the host's IPC namespace, or with its /dev/shm, what a container leaves in shared memory stays after its end until "
                + "somebody removes it or the host restarts.",
            NotTheHosts
        )
        {
            AlsoMedia = [Medium.SysvSharedMemory],
            Routes = ["posix-shared-memory/left", "sysv-shared-memory/left"],
            References = ["NIST SP 800-53 SI-14(2)", "NIST SP 800-53 SC-4 (object reuse; excludes remanence)"],
        },
        new("posix-shared-memory/ends-with-container", Severity.Low, "shared memory ends with the container",
            "A pod's /dev/shm belongs to its sandbox: it survives restarts of containers (kubernetes#81001), and the next one reads what "
                + "the last one left.",
            EndsWithContainer
        )
        { Routes = ["posix-shared-memory/left"], References = ["NIST SP 800-53 SI-14(2)"] },
        new("posix-shared-memory/removed-with-service", Severity.Low, "a service's shared memory ends with it",
            "Shared memory, queues and semaphores of a service's user stay after its end, unless RemoveIPC= or a namespace of its own "
                + "removes them.",
            RemovedWithService
        )
        {
            AlsoMedia = [Medium.SysvSharedMemory],
            Routes = ["posix-shared-memory/left", "sysv-shared-memory/left"],
            References = ["NIST SP 800-53 SI-14(2)"],
        },
    ];

    private static IEnumerable<Judgement> NotTheHosts(HostFacts facts)
    {
        var objects = KubernetesObjects.Of(facts);
        var containers = OciContainers.Of(facts);
        var engines = ContainerEngines.Of(facts);
        foreach (PodSpecification pod in objects.Pods) yield return OfPod(pod).About(pod.Subject);
        foreach (OciContainer container in containers.All) yield return OfContainer(container).About(container.Subject);
        foreach (ContainerEngine engine in engines.All.Where(engine => engine.IsDocker))
        {
            Citation line = engine.Evidence(engine.Root["default-ipc-mode"], "default-ipc-mode");
            yield return (engine.Root["default-ipc-mode"].Value is "shareable"
                ? Judgement
                    .Open("containers' shared memory can be joined by others, and lives as long as one of them", line)
                    .RepairedBy(new ManualRepair($"set \"default-ipc-mode\": \"private\" in {engine.Source}"))
                : Judgement.Closed("containers have shared memory of their own", line)).About(engine.Name);
        }

        foreach (Judgement unread in Unread.Of([.. objects.Unread, .. containers.Unread, .. engines.Unread])) yield return unread;
    }

    private static Judgement OfPod(PodSpecification pod)
    {
        if (pod.IsOn("hostIPC"))
            return Judgement
                .Open("it is in the host's IPC namespace", pod.Evidence(pod.Specification["hostIPC"]))
                .RepairedBy(PodPatch.Of(pod, "own-ipc", "hostIPC: false"));
        foreach (ConfigurationNode volume in pod.Volumes)
            if (volume["hostPath"]["path"] is { Value: { } path } stands && path.TrimEnd('/') is "/dev/shm" or "/dev")
                return Judgement
                    .Open($"it mounts the host's {path}", pod.Evidence(stands))
                    .RepairedBy(new ManualRepair("mount an emptyDir of medium Memory at /dev/shm in its place"));
        return Judgement.Closed("it has shared memory of its own", pod.Evidence(pod.Specification["hostIPC"]));
    }

    private static Judgement OfContainer(OciContainer container)
    {
        ConfigurationNode own = container.Namespace("ipc");
        if (!own.IsPresent)
        {
            return Judgement
                .Open(
                    "it is in the host's IPC namespace",
                    container.Evidence(container.Root["linux"]["namespaces"], "linux.namespaces has no ipc")
                )
                .RepairedBy(new ManualRepair("add {\"type\": \"ipc\"} to linux.namespaces in config.json"));
        }

        ConfigurationNode shared = container.Mounts.FirstOrDefault(mount => mount["source"].Value?.TrimEnd('/') is "/dev/shm" or "/dev")
            ?? ConfigurationNode.Missing;
        return shared.IsPresent
            ? Judgement
                .Open("it mounts the host's /dev/shm", container.Evidence(shared["source"], ""))
                .RepairedBy(
                    new ManualRepair(
                        "mount a tmpfs at /dev/shm: {\"destination\": \"/dev/shm\", \"type\": \"tmpfs\", \"source\": \"shm\", "
                            + "\"options\": [\"nosuid\", \"noexec\", \"nodev\", \"mode=1777\", \"size=65536k\"]}"
                    )
                )
            : Judgement.Closed("it has shared memory of its own", container.Evidence(own["type"], ""));
    }

    private static IEnumerable<Judgement> EndsWithContainer(HostFacts facts)
    {
        var objects = KubernetesObjects.Of(facts);
        var containers = OciContainers.Of(facts);
        foreach (PodSpecification pod in objects.Pods)
        {
            ConfigurationNode restart = pod.Specification["restartPolicy"];
            yield return (restart.Value == "Never"
                ? Judgement.Closed("its containers are not started again beside what they left", pod.Evidence(restart))
                : Judgement
                    .Open(
                        "its /dev/shm lives as long as the pod: containers that are started again find what was left",
                        pod.Evidence(restart)
                    )
                    .RepairedBy(
                        new ManualRepair(
                            "delete the pod instead of having its containers restarted (restartPolicy: Never), or have programs unlink "
                                + "their shared memory when they start"
                        )
                    )
        ).About(pod.Subject);
        }

        foreach (OciContainer container in containers.All)
        {
            ConfigurationNode shared = container.Mounts.FirstOrDefault(mount => mount["destination"].Value == "/dev/shm")
                ?? ConfigurationNode.Missing;
            yield return (shared["type"].Value is "bind" || shared["options"].Children.Any(option => option.Value is "bind" or "rbind")
                ? Judgement
                    .Open("its /dev/shm comes from outside and outlives it", container.Evidence(shared["source"], "/dev/shm"))
                    .RepairedBy(new ManualRepair("mount a tmpfs of its own at /dev/shm"))
                : Judgement.Closed(
                    "its /dev/shm ends with it",
                    container.Evidence(shared["destination"], "nothing is mounted at /dev/shm")
                )
        ).About(container.Subject);
        }

        foreach (Judgement unread in Unread.Of([.. objects.Unread, .. containers.Unread])) yield return unread;
    }

    private static IEnumerable<Judgement> RemovedWithService(HostFacts facts)
    {
        var units = ServiceUnits.Of(facts);
        foreach (ServiceUnit unit in units.All)
        {
            bool hasUser = unit["User"]?.Value is { } user && user is not ("root" or "0"), isDynamic = unit.Switch("DynamicUser", false);
            // RemoveIPC= has no effect unless the service has a user of its own (systemd.exec(5)).
            Judgement judgement =
                unit.Switch("PrivateIPC", false) ? Judgement.Closed("it has an IPC namespace of its own", unit.Evidence("PrivateIPC"))
                : isDynamic || (hasUser && unit.Switch("RemoveIPC", false))
                    ? Judgement.Closed("what it leaves is removed with it", unit.Evidence(isDynamic ? "DynamicUser" : "RemoveIPC"))
                : Judgement
                    .Open(
                        hasUser
                            ? "what it leaves in shared memory stays"
                            : "what it leaves in shared memory stays; RemoveIPC= would do nothing for root",
                        unit.Evidence("RemoveIPC")
                    )
                    .RepairedBy(hasUser ? UnitRepair.Of(unit, "RemoveIPC", "yes") : UnitRepair.Of(unit, "PrivateIPC", "yes"));
            yield return judgement.About(unit.Name);
        }

        foreach (Judgement unread in Unread.Of(units.Unread)) yield return unread;
    }
}
