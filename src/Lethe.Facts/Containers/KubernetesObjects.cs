using Lethe.Evidence;
using Lethe.Facts.Trees;

namespace Lethe.Facts.Containers;

/// <summary>
/// Kubernetes' objects: static pods of a node, its kubelet's configuration, and manifests that were given, in YAML or JSON, of many
/// documents, lists among them.
/// </summary>
/// <param name="Pods">Every specification of a pod, whatever kind of object holds it.</param>
/// <param name="Kubelets">Configurations of kubelets; a drop-in's settings follow the file they change.</param>
/// <param name="Unread">What keeps others from being known.</param>
internal sealed record KubernetesObjects(
    IReadOnlyList<PodSpecification> Pods,
    IReadOnlyList<KubeletConfiguration> Kubelets,
    IReadOnlyList<Citation> Unread
)
{
    private const int MostObjects = 10_000, MostDepth = 24;

    private static readonly string[] KubeletFiles =
    [
        "/var/lib/kubelet/config.yaml",
        "/etc/kubernetes/kubelet/kubelet-config.json",
        "/etc/kubernetes/kubelet.conf.d/*.conf",
    ];

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = ["/etc/kubernetes/manifests/*.yaml", .. KubeletFiles];

    /// <summary>Reads them out of facts.</summary>
    public static KubernetesObjects Of(HostFacts facts) => facts.View(Read);

    private static KubernetesObjects Read(HostFacts facts)
    {
        var reader = new Reader();
        foreach (Reading file in facts.Matching("/etc/kubernetes/manifests/*.yaml").Concat(facts.Matching("given:kubernetes/*")))
            reader.Take(file);
        KubeletConfiguration? node = null;
        foreach (Reading file in KubeletFiles.SelectMany(facts.Matching))
            foreach (ConfigurationNode document in reader.Documents(file)) node = KubeletConfiguration.Of(document, file.Source, node);
        if (node is not null) reader.Kubelets.Add(node);
        foreach (Reading file in facts.Matching("given:kubelet/*")) reader.Take(file);
        return new KubernetesObjects(reader.Pods, reader.Kubelets, reader.Unread);
    }

    private sealed class Reader
    {
        public List<PodSpecification> Pods { get; } = [];

        public List<KubeletConfiguration> Kubelets { get; } = [];

        public List<Citation> Unread { get; } = [];

        public void Take(Reading file)
        {
            foreach (ConfigurationNode document in Documents(file)) Take(document, file.Source, 0);
        }

        public IReadOnlyList<ConfigurationNode> Documents(Reading file)
        {
            try
            {
                if (file.Text is not null)
                    return file.Text.AsSpan().TrimStart() is ['{' or '[', ..]
                        ? [JsonTree.Parse(file.Text, file.Source)]
                        : YamlTree.Parse(file.Text, file.Source);
                if (file.Problem is { } problem) Unread.Add(new Citation(file.Source, null, problem));
            }
            catch (FactsException failure)
            {
                Unread.Add(new Citation(file.Source, null, failure.Message));
            }

            return [];
        }

        private void Take(ConfigurationNode node, string source, int depth)
        {
            const int mostLists = 4;
            if (depth > mostLists || Pods.Count >= MostObjects) return;
            bool isBareList = node.Children.Count > 0 && node.Children[0].Name is null;
            if (node["kind"].Value == "KubeletConfiguration") Kubelets.Add(KubeletConfiguration.Of(node, source, null));
            else if (isBareList || node["items"].IsPresent)
                foreach (ConfigurationNode item in (isBareList ? node : node["items"]).Children)
                    Take(item, source, depth + 1);
            else Find(node, node, [], source);
        }

        // What has a list of containers is a pod's specification, in kinds of others too.
        private void Find(ConfigurationNode node, ConfigurationNode manifest, string[] path, string source)
        {
            if (path.Length > MostDepth || Pods.Count >= MostObjects) return;
            if (path is [.., "spec" or "podSpec"] && node["containers"].Children.Any(container => container.Children.Count > 0))
            {
                Pods.Add(new PodSpecification(manifest, node, path, source));
                return;
            }

            foreach (ConfigurationNode child in node.Children)
                if (child is { Name: "spec" or "template" or "jobTemplate" or "podTemplate" or "podSpec", Children.Count: > 0 })
                    Find(child, manifest, [.. path, child.Name], source);
        }
    }
}
