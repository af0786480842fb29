using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.Logs;

/// <summary>The layers that ended containers wrote to. The mounts show which containers run. In a file system at rest none does.</summary>
internal static class ContainerLayers
{
    private const string Docker = "/var/lib/docker/overlay2/",
        Podman = "/var/lib/containers/storage/overlay-containers/",
        Initial = "-init";

    public static IReadOnlyList<string> Wants { get; } = [Docker, Podman, .. MountTable.Wants];

    /// <summary>Whether there are such layers.</summary>
    public static IEnumerable<Judgement> NoneLeft(HostFacts facts)
    {
        var mounts = MountTable.Of(facts);
        string[] inUse = facts.Scope == FactScope.Host ? [.. mounts.All.Select(mount => mount.Option("upperdir") ?? mount.Point)] : [];
        if (facts.Scope == FactScope.Host && mounts.Problem is { } problem)
        {
            if (facts.Read(Docker).Entries.Count + facts.Read(Podman).Entries.Count > 0)
                yield return Judgement.Unknown(
                    $"needs what is mounted: {problem}",
                    facts.Read(Docker).Evidence,
                    facts.Read(Podman).Evidence
                );
            yield break;
        }

        // Beside each layer that a container writes to, Docker creates a second one for the container's start. Layers of images have none.
        HashSet<string> written =
        [
            .. facts
                .Read(Docker)
                .Entries.Where(entry => entry.Name.EndsWith(Initial, StringComparison.Ordinal))
                .Select(entry => entry.Name[..^Initial.Length]),
        ];
        var docker = new LeftFiles(Docker, "layers that ended containers wrote", Remove("docker container prune"))
        {
            Counts = entry => written.Contains(entry.Name) && !IsInUse(entry),
        };
        // For each container, podman keeps a directory with its id as name. If it runs, its shared memory is mounted there.
        var podman = new LeftFiles(Podman, "layers that ended containers wrote", Remove("podman container prune"))
        {
            Counts = entry => entry.Name.Length == 64 && !IsInUse(entry),
        };
        foreach (Judgement judgement in docker.Of(facts).Concat(podman.Of(facts))) yield return judgement;

        bool IsInUse(FactEntry entry) => inUse.Any(path => path.Contains($"/{entry.Name}/", StringComparison.Ordinal));
    }

    private static ManualRepair Remove(string command) =>
        new(
            $"start containers with --rm and their data in memory, and remove ended ones ({command}); their blocks stay on the disk "
                + "unless it is encrypted or discards"
        );
}
