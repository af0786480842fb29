using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Trees;
using Lethe.Media.Matrix;

namespace Lethe.Media.Hosts;

/// <summary>
/// Reads a profile from YAML. It is a mapping with <c>name</c> and <c>about</c>. It may have <c>off</c>, a list of rules that are not
/// judged, and <c>severities</c>, a mapping of rules to severities, of which the last that matches counts. <c>*</c> in a rule stands for
/// any characters. Unknown keys and rules are errors: otherwise a typo would silently leave a rule on, or off.
/// </summary>
public static class ProfileFile
{
    /// <summary>The longest profile that is read, in characters.</summary>
    public const int MostCharacters = 1 << 20;

    private const int LongestName = 64;

    private static readonly string[] Keys = ["name", "about", "off", "severities"];

    /// <summary>Reads a profile.</summary>
    /// <param name="text">The file's text; untrusted.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="ProfileException">It is no profile. The message names the line.</exception>
    public static Profile Parse(string text, string file)
    {
        if (text.Length > MostCharacters)
            throw Error(file, 1, $"more than {MostCharacters} characters", "no profile is that long; see that it is the right file");
        ConfigurationNode root = Root(text, file);
        foreach (ConfigurationNode node in root.Children)
        {
            if (!Keys.Contains(node.Name))
                throw Error(file, node.Line, $"'{node.Name}' is unknown", $"a profile has {string.Join(", ", Keys)}");
            if (!ReferenceEquals(root[node.Name!], node))
                throw Error(file, node.Line, $"'{node.Name}' is given twice", "put both into one");
        }

        string name = Sentence(root, "name", file);
        if (name.Length > LongestName || !name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))
            throw Error(file, root["name"].Line, "this is no name", $"use small letters, digits and dashes, at most {LongestName}");
        return new Profile(
            name,
            Sentence(root, "about", file),
            [.. Items(root["off"], file).Select(node => Pattern(node.Value, node.Line, file))],
            [.. Members(root["severities"], file)]
        );
    }

    private static ConfigurationNode Root(string text, string file)
    {
        IReadOnlyList<ConfigurationNode> documents;
        try
        {
            documents = YamlTree.Parse(text, file);
        }
        catch (FactsException failure)
        {
            throw new ProfileException(failure.Message, failure.Hint);
        }

        return documents is [{ Value: null } root] && root.Children.All(node => node.Name is not null)
            ? root
            : throw Error(file, documents.Count > 1 ? documents[1].Line : 1, "expected one mapping", "begin with \"name: my-profile\"");
    }

    private static string Sentence(ConfigurationNode root, string key, string file) => root[key] is { Value: { Length: > 0 } value } ? value
        : throw Error(file, Math.Max(1, root[key].Line), $"'{key}' is missing", $"write \"{key}: ...\"");

    private static IReadOnlyList<ConfigurationNode> Items(ConfigurationNode list, string file) =>
        list.Value is null && list.Children.All(node => node.Name is null) ? list.Children
            : throw Error(file, list.Line, "expected a list of rules", "write each on a line of its own, after \"- \"");

    private static IEnumerable<(string, Severity)> Members(ConfigurationNode mapping, string file)
    {
        if (mapping.Value is not null || mapping.Children.Any(node => node.Name is null))
            throw Error(file, mapping.Line, "expected rules and how much they weigh", "write each as \"rule: high\"");
        foreach (ConfigurationNode node in mapping.Children)
        {
            yield return (Pattern(node.Name, node.Line, file), node.Value switch
            {
                "low" => Severity.Low,
                "medium" => Severity.Medium,
                "high" => Severity.High,
                _ => throw Error(file, node.Line, "this is no severity", "write low, medium or high"),
            });
        }
    }

    private static string Pattern(string? pattern, int line, string file) =>
        pattern is { Length: > 0 } && MediaMatrix.Rules.Any(entry => Profile.Fits(pattern, entry.Rule.Id))
            ? pattern
        : throw Error(file, line, $"there is no rule '{pattern}'", "see lethe audit rules", pattern ?? "");

    private static ProfileException Error(string file, int line, string problem, string hint, string? unknownRule = null) =>
        new($"{file}, line {line}: {problem}", hint) { UnknownRule = unknownRule };
}
