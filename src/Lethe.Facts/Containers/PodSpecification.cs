using Lethe.Evidence;
using Lethe.Facts.Trees;

namespace Lethe.Facts.Containers;

/// <summary>What a pod is to be, in whatever object it stands (Kubernetes API core/v1 PodSpec).</summary>
/// <param name="manifest">The object.</param>
/// <param name="specification">The pod's specification in it.</param>
/// <param name="path">The names that lead there.</param>
/// <param name="source">What people call the file.</param>
internal sealed class PodSpecification(
    ConfigurationNode manifest,
    ConfigurationNode specification,
    IReadOnlyList<string> path,
    string source
)
{
    /// <summary>The object's kind.</summary>
    public string Kind { get; } = manifest["kind"].Value ?? "object";

    /// <summary>The object's API version.</summary>
    public string ApiVersion { get; } = manifest["apiVersion"].Value ?? "v1";

    /// <summary>The object's name; untrusted.</summary>
    public string Name { get; } = manifest["metadata"]["name"].Value ?? manifest["metadata"]["generateName"].Value ?? "unnamed";

    /// <summary>The object's namespace; null when it is left open.</summary>
    public string? Namespace { get; } = manifest["metadata"]["namespace"].Value;

    /// <summary>What findings call it.</summary>
    public string Subject => $"{Kind} {(Namespace is null ? "" : Namespace + "/")}{Name}";

    /// <summary>The names that lead from the object to the specification.</summary>
    public IReadOnlyList<string> Path { get; } = path;

    /// <summary>The specification.</summary>
    public ConfigurationNode Specification { get; } = specification;

    /// <summary>Its volumes.</summary>
    public IReadOnlyList<ConfigurationNode> Volumes => Specification["volumes"].Children;

    /// <summary>Its containers, those that start it too.</summary>
    public IReadOnlyList<PodContainer> Containers { get; } =
    [
        .. ((string[])["containers", "initContainers"]).SelectMany(list =>
            specification[list].Children.Select(node => new PodContainer(list, node, specification["securityContext"]))
        ),
    ];

    /// <summary>Whether a switch of the specification, such as <c>hostIPC</c>, is on.</summary>
    public bool IsOn(string name) => Specification[name].IsTrue;

    /// <summary>Where something stands; the object's name or kind for what is not there.</summary>
    public Citation Evidence(ConfigurationNode node) =>
        (
            node.IsPresent ? node
            : manifest["metadata"]["name"].IsPresent ? manifest["metadata"]["name"]
            : manifest["kind"].IsPresent ? manifest["kind"]
            : Specification
        ).Evidence(source);

    /// <summary>The containers that mount a volume, and how.</summary>
    public IEnumerable<ConfigurationNode> MountsOf(ConfigurationNode volume) =>
        Containers
            .SelectMany(container => container.Node["volumeMounts"].Children)
            .Where(mount => mount["name"].Value is { } name && name == volume["name"].Value);
}

/// <summary>A container of a pod.</summary>
/// <param name="List">The list it stands in: <c>containers</c> or <c>initContainers</c>.</param>
/// <param name="Node">What stands there.</param>
/// <param name="PodSecurity">The pod's own security context, for what the container leaves open.</param>
internal sealed record PodContainer(string List, ConfigurationNode Node, ConfigurationNode PodSecurity)
{
    /// <summary>Its name; untrusted.</summary>
    public string Name => Node["name"].Value ?? "unnamed";

    /// <summary>Its security context.</summary>
    public ConfigurationNode Security => Node["securityContext"];

    /// <summary>Whether it runs with everything allowed.</summary>
    public bool IsPrivileged => Security["privileged"].IsTrue;

    /// <summary>The seccomp profile that counts for it; missing when none is named.</summary>
    public ConfigurationNode SeccompProfile => Security["seccompProfile"] is { IsPresent: true } own ? own : PodSecurity["seccompProfile"];

    /// <summary>The capability as it is added; missing when it is not.</summary>
    /// <param name="name">Without <c>CAP_</c>.</param>
    public ConfigurationNode AddedCapability(string name) =>
        Security["capabilities"]
            ["add"]
            .Children.FirstOrDefault(item =>
                item.Value is { } added
                && (added == "ALL" || (added.StartsWith("CAP_", StringComparison.Ordinal) ? added[4..] : added) == name)
            ) ?? ConfigurationNode.Missing;
}
