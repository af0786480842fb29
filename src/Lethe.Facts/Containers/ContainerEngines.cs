using Lethe.Evidence;
using Lethe.Facts.Trees;

namespace Lethe.Facts.Containers;

/// <summary>
/// What starts containers, by its configuration: the Docker daemon's <c>daemon.json</c>, containerd's <c>config.toml</c>.
/// </summary>
/// <param name="All">The configurations.</param>
/// <param name="Unread">What keeps others from being known.</param>
internal sealed record ContainerEngines(IReadOnlyList<ContainerEngine> All, IReadOnlyList<Citation> Unread)
{
    private const string Docker = "/etc/docker/daemon.json", Containerd = "/etc/containerd/config.toml";

    /// <summary>What it reads; the directory tells whether Docker is there when it is left as it is.</summary>
    public static IReadOnlyList<string> Wants { get; } = [Docker, Containerd, "/etc/docker/"];

    /// <summary>Reads them out of facts.</summary>
    public static ContainerEngines Of(HostFacts facts) => facts.View(Read);

    private static ContainerEngines Read(HostFacts facts)
    {
        var all = new List<ContainerEngine>();
        var unread = new List<Citation>();
        Reading directory = facts.Read("/etc/docker/");
        // Docker without a file of its own is as it comes.
        if (directory.Entries.Count > 0 && facts.Read(Docker).IsAbsent)
            all.Add(new ContainerEngine(true, "Docker", new ConfigurationNode(null, 0, null, []), Docker));
        foreach (Reading file in facts.Matching(Docker).Concat(facts.Matching("given:docker/*"))) Take(file, true);
        foreach (Reading file in facts.Matching(Containerd).Concat(facts.Matching("given:containerd/*"))) Take(file, false);
        return new ContainerEngines(all, unread);

        void Take(Reading file, bool isDocker)
        {
            try
            {
                if (file.Text is not null)
                    all.Add(
                        new ContainerEngine(
                            isDocker,
                            isDocker ? "Docker" : "containerd",
                            isDocker ? JsonTree.Parse(file.Text, file.Source) : TomlTree.Parse(file.Text, file.Source),
                            file.Source
                        )
                    );
                else if (file.Problem is { } problem) unread.Add(new Citation(file.Source, null, problem));
            }
            catch (FactsException failure)
            {
                unread.Add(new Citation(file.Source, null, failure.Message));
            }
        }
    }
}

/// <summary>One of them.</summary>
/// <param name="IsDocker">The Docker daemon; else containerd.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Root">Its configuration.</param>
/// <param name="Source">What people call its file.</param>
internal sealed record ContainerEngine(bool IsDocker, string Name, ConfigurationNode Root, string Source)
{
    /// <summary>The directory that containers' files are kept in.</summary>
    public string Directory =>
        (IsDocker ? Root["data-root"].Value ?? Root["graph"].Value : Root["root"].Value)
        ?? (IsDocker ? "/var/lib/docker" : "/var/lib/containerd");

    /// <summary>Where a setting stands; that it is not set, for what is not there.</summary>
    /// <param name="node">The setting.</param>
    /// <param name="name">What it is called.</param>
    public Citation Evidence(ConfigurationNode node, string name) =>
        node.IsPresent ? node.Evidence(Source) : new Citation(Source, null, $"{name} is not set");
}
