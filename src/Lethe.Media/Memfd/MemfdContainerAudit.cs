using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Facts.Trees;
using Lethe.Media.Auditing;

namespace Lethe.Media.Memfd;

/// <summary>Whether containers can create memfds, which can be passed to others and outlive the container.</summary>
internal sealed class MemfdContainerAudit : IAudit
{
    public Medium Medium => Medium.Memfd;

    public IReadOnlyList<string> Wants { get; } = KubernetesObjects.Wants;

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("memfd/blocked-in-containers", Severity.Low, "containers that need no memfd cannot make one",
            "A memfd handed to a process outside lives as long as that holds it. RuntimeDefault does not block memfd_create: the default "
                + "profiles of container runtimes allow it.",
            Blocked
        )
        { Routes = ["memfd/held", "memfd/exit"] },
    ];

    private static IEnumerable<Judgement> Blocked(HostFacts facts)
    {
        const string call = "memfd_create";
        var objects = KubernetesObjects.Of(facts);
        var containers = OciContainers.Of(facts);
        foreach (PodSpecification pod in objects.Pods)
        {
            foreach (PodContainer container in pod.Containers)
            {
                ConfigurationNode profile = container.SeccompProfile;
                Citation line = pod.Evidence(profile["type"] is { IsPresent: true } type ? type : container.Node["name"]);
                yield return ((container.IsPrivileged, profile["type"].Value) switch
                {
                    (false, "Localhost") => Judgement.Unknown($"needs the profile {profile["localhostProfile"].Value} of its node", line),
                    (false, "RuntimeDefault") => Judgement.Open($"RuntimeDefault allows {call}", line),
                    _ => Judgement.Open($"no filter is named, so {call} is allowed", line),
                }
            )
                .RepairedBy(
                    new ManualRepair(
                        $"give it a Localhost profile that refuses {call} and memfd_secret, where the program needs neither"
                    )
                )
                .About($"{pod.Subject}, container {container.Name}");
            }
        }

        foreach (OciContainer container in containers.All)
        {
            yield return (container.SeccompAction(call) switch
            {
                null => Judgement.Open(
                    $"it has no seccomp filter, so {call} is allowed",
                    container.Evidence(container.Root["linux"]["seccomp"], "no linux.seccomp")
                ),
                ("SCMP_ACT_ALLOW" or "SCMP_ACT_LOG", var line) => Judgement.Open($"its filter allows {call}", line),
                ("SCMP_ACT_NOTIFY" or "SCMP_ACT_TRACE", var line) => Judgement.Unknown($"needs what answers {call}", line),
                (_, var line) => Judgement.Closed($"its filter refuses {call}", line),
            }
        )
            .RepairedBy(new ManualRepair($"leave {call} and memfd_secret out of the names that linux.seccomp.syscalls allows"))
            .About(container.Subject);
        }

        foreach (Judgement unread in Unread.Of([.. objects.Unread, .. containers.Unread])) yield return unread;
    }
}
