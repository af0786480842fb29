using Lethe.Evidence;
using Lethe.Facts.Trees;

namespace Lethe.Facts.Containers;

/// <summary>The containers whose <c>config.json</c> was given (OCI runtime specification 1.2).</summary>
/// <param name="All">The containers.</param>
/// <param name="Unread">What keeps others from being known.</param>
internal sealed record OciContainers(IReadOnlyList<OciContainer> All, IReadOnlyList<Citation> Unread)
{
    /// <summary>Reads them out of facts.</summary>
    public static OciContainers Of(HostFacts facts) => facts.View(Read);

    private static OciContainers Read(HostFacts facts)
    {
        var all = new List<OciContainer>();
        var unread = new List<Citation>();
        foreach (Reading file in facts.Matching("given:oci/*"))
        {
            try
            {
                if (file.Text is not null) all.Add(new OciContainer(JsonTree.Parse(file.Text, file.Source), file.Source));
                else if (file.Problem is { } problem) unread.Add(new Citation(file.Source, null, problem));
            }
            catch (FactsException failure)
            {
                unread.Add(new Citation(file.Source, null, failure.Message));
            }
        }

        return new OciContainers(all, unread);
    }
}

/// <summary>A container as its runtime is told to start it.</summary>
/// <param name="root">The configuration.</param>
/// <param name="source">What people call the file.</param>
internal sealed class OciContainer(ConfigurationNode root, string source)
{
    /// <summary>What findings call it.</summary>
    public string Subject => source;

    /// <summary>The configuration.</summary>
    public ConfigurationNode Root => root;

    /// <summary>Its mounts.</summary>
    public IEnumerable<ConfigurationNode> Mounts => root["mounts"].Children.Where(mount => mount.Children.Count > 0);

    /// <summary>Where something stands; the file's first line for what is not there.</summary>
    public Citation Evidence(ConfigurationNode node, string otherwise) =>
        node.IsPresent ? node.Evidence(source) : new Citation(source, null, otherwise);

    /// <summary>A limit; missing when it is left as the runtime's.</summary>
    /// <param name="name">As <c>RLIMIT_CORE</c>.</param>
    public ConfigurationNode Limit(string name) =>
        root["process"]["rlimits"].Children.FirstOrDefault(limit => limit["type"].Value == name) ?? ConfigurationNode.Missing;

    /// <summary>A namespace of its own, or one it joins; missing when it stays in the host's.</summary>
    /// <param name="type">As <c>ipc</c>.</param>
    public ConfigurationNode Namespace(string type) =>
        root["linux"]["namespaces"].Children.FirstOrDefault(item => item["type"].Value == type) ?? ConfigurationNode.Missing;

    /// <summary>Whether it has a capability in effect.</summary>
    /// <param name="name">As <c>CAP_IPC_LOCK</c>.</param>
    public ConfigurationNode Capability(string name) =>
        root["process"]["capabilities"]["effective"].Children.FirstOrDefault(item => item.Value == name) ?? ConfigurationNode.Missing;

    /// <summary>What seccomp does with a call: the action as it is written and where; null without a filter.</summary>
    /// <param name="call">As <c>memfd_create</c>.</param>
    public (string Action, Citation Evidence)? SeccompAction(string call)
    {
        ConfigurationNode filter = root["linux"]["seccomp"];
        if (!filter.IsPresent || filter["defaultAction"].Value is not { } action) return null;
        foreach (ConfigurationNode rule in filter["syscalls"].Children)
            foreach (ConfigurationNode name in rule["names"].Children)
                if (name.Value == call && rule["args"].Children.Count == 0 && rule["action"].Value is { } said)
                    return (said, new Citation(source, name.Line, $"{call}: {said}"));
        return (action, filter["defaultAction"].Evidence(source));
    }
}
