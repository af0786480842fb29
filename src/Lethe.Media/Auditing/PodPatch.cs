using System.Text;
using System.Text.Json;
using Lethe.Facts.Containers;

namespace Lethe.Media.Auditing;

/// <summary>A strategic merge patch of the object that holds a pod's specification.</summary>
internal static class PodPatch
{
    /// <summary>The patch as a file to apply with kubectl or kustomize.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="change">What it changes, as part of the file's name.</param>
    /// <param name="lines">Lines of YAML below the pod's specification.</param>
    public static RepairFile Of(PodSpecification pod, string change, params IReadOnlyList<string> lines)
    {
        var text = new StringBuilder();
        text.Append("apiVersion: ").Append(Quoted(pod.ApiVersion)).Append("\nkind: ").Append(Quoted(pod.Kind));
        text.Append("\nmetadata:\n  name: ").Append(Quoted(pod.Name)).Append('\n');
        if (pod.Namespace is not null) text.Append("  namespace: ").Append(Quoted(pod.Namespace)).Append('\n');
        for (int depth = 0; depth < pod.Path.Count; depth++) text.Append(' ', 2 * depth).Append(pod.Path[depth]).Append(":\n");
        foreach (string line in lines) text.Append(' ', 2 * pod.Path.Count).Append(line).Append('\n');
        string path = $"kubernetes/{RepairName.Of($"{pod.Kind}-{pod.Namespace ?? "default"}-{pod.Name}".ToLowerInvariant())}.{change}.yaml";
        return new RepairFile(path, text.ToString(), $"apply {path} (kubectl patch --patch-file, or patches of kustomize)");
    }

    /// <summary>Any name as a YAML string. JSON strings are YAML strings.</summary>
    public static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
