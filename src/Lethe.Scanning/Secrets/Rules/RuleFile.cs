using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Reads users' rules from YAML: a list of mappings. Each needs an <c>id</c>, and an <c>anchor</c> (text) or <c>hex</c>
/// (bytes), one or a list. A <c>regex</c> and a <c>confidence</c> (1 to 100, by default 80) are optional. Expressions are
/// .NET's without backtracking, so no input makes them slow: they have no back references and no look-around.
/// </summary>
public static class RuleFile
{
    private const int LeastAnchor = 4, MostRules = 1000;
    private const byte UsualConfidence = 80;

    /// <summary>Reads rules.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <exception cref="RuleFileException">The text is not a list of valid rules. The message gives the line and says what
    /// to do.</exception>
    public static IReadOnlyList<SecretRule> Parse(string text, string file)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new RuleFileException(
                file,
                Math.Max(1, error.Start.Line),
                $"this is no YAML ({error.Message}); check quotes, brackets and indentation there"
            );
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // The parser throws these at some broken files, without a place.
            throw new RuleFileException(file, 1, $"this is no YAML ({error.Message}); check quotes, brackets and indentation");
        }
        if (stream.Documents is not [{ RootNode: YamlSequenceNode list }])
            throw new RuleFileException(file, 1, "expected one list of rules; begin each with \"- id: name\"");
        if (list.Children.Count > MostRules) throw Error(file, list.Children[MostRules], $"more than {MostRules} rules; leave some out");
        var rules = new List<SecretRule>();
        foreach (YamlNode node in list.Children)
        {
            SecretRule rule = Read(
                node as YamlMappingNode ?? throw Error(file, node, "expected a rule; begin it with \"- id: name\""),
                file
            );
            if (rules.Exists(other => other.Id == rule.Id))
                throw Error(file, node, $"there is another rule \"{rule.Id}\"; give this one a different id");
            rules.Add(rule);
        }
        return rules;
    }

    private static SecretRule Read(YamlMappingNode node, string file)
    {
        string? id = null;
        var anchors = new List<byte[]>();
        bool? text = null;
        Regex? expression = null;
        byte confidence = UsualConfidence;
        foreach ((YamlNode name, YamlNode value) in node.Children)
        {
            switch ((name as YamlScalarNode)?.Value)
            {
                case "id":
                    id = Text(value, file);
                    break;
                case "anchor" or "hex":
                    bool isText = ((YamlScalarNode)name).Value == "anchor";
                    if (text is not null) throw Error(file, name, "a rule has either anchor or hex; keep one, or make two rules");
                    text = isText;
                    foreach (YamlNode item in value is YamlSequenceNode items ? items.Children : [value])
                        anchors.Add(Anchor(item, isText, file));
                    break;
                case "regex":
                    expression = Expression(value, file);
                    break;
                case "confidence":
                    if (!byte.TryParse(Text(value, file), out confidence) || confidence is 0 or > 100)
                        throw Error(file, value, "confidence is a number from 1 to 100");
                    break;
                default:
                    throw Error(file, name, "unknown name; a rule has id, anchor or hex, regex, confidence");
            }
        }
        if (string.IsNullOrEmpty(id)) throw Error(file, node, "the rule has no id; add \"id: name\"");
        if (anchors.Count == 0)
            throw Error(
                file,
                node,
                $"rule \"{id}\" has no anchor; add \"anchor: text\" or \"hex: bytes\", fixed bytes that the secret always has"
            );
        return new(id, anchors, text == true, expression, confidence);
    }

    private static byte[] Anchor(YamlNode node, bool isText, string file)
    {
        string value = Text(node, file);
        byte[] bytes;
        try
        {
            bytes = isText
                ? Encoding.UTF8.GetBytes(value)
                : Convert.FromHexString(string.Concat(value.Where(letter => letter is not (' ' or ':'))));
        }
        catch (FormatException)
        {
            throw Error(file, node, "hex is pairs of 0-9 and a-f, such as \"de ad be ef\"");
        }
        if (bytes.Length < LeastAnchor)
            throw Error(file, node, $"an anchor has {LeastAnchor} bytes at least, or it would be found everywhere; make it longer");
        if (!bytes.AsSpan(0, bytes.Length - 3).ContainsAnyExcept((byte)0))
            throw Error(file, node, "an anchor has four bytes in a row that do not begin with zero; choose others");
        return bytes;
    }

    private static Regex Expression(YamlNode node, string file)
    {
        try
        {
            return new Regex(
                Text(node, file),
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline,
                TimeSpan.FromSeconds(1)
            );
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw Error(
                file,
                node,
                $"the regex cannot be used ({error.Message}); use no back references, no looking around, no atomic groups"
            );
        }
    }

    private static string Text(YamlNode node, string file) =>
        (node as YamlScalarNode)?.Value ?? throw Error(file, node, "expected text here; quote it if it has special letters");

    private static RuleFileException Error(string file, YamlNode node, string problem) => new(file, node.Start.Line, problem);
}
