using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Lethe.Facts.Trees;

/// <summary>
/// Reads YAML event by event. An alias stands for what its anchor named, as the same node: a file that multiplies itself by aliases
/// is refused when what it stands for becomes too large.
/// </summary>
internal static class YamlTree
{
    /// <summary>Reads all documents of a file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="FactsException">It is no YAML, too deep or too large.</exception>
    public static IReadOnlyList<ConfigurationNode> Parse(string text, string source)
    {
        var reading = new Document(new Parser(new StringReader(TreeLimits.WithoutMark(text))), source);
        try
        {
            return reading.All();
        }
        catch (YamlException failure)
        {
            throw TreeLimits.Broken(source, "YAML", (int)Math.Min(int.MaxValue, failure.Start.Line), "something is missing or wrong");
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException or OverflowException)
        {
            // What the parser throws at some broken files, without a place.
            throw TreeLimits.Broken(source, "YAML", 1, "something is missing or wrong");
        }
    }

    private sealed class Document(Parser parser, string source)
    {
        private readonly Dictionary<string, (ConfigurationNode Node, int Size, int Depth)> anchors = new(StringComparer.Ordinal);
        private int nodes;

        // How deep the node that was read last goes below itself.
        private int deepest;

        public List<ConfigurationNode> All()
        {
            var documents = new List<ConfigurationNode>();
            while (parser.MoveNext())
            {
                if (parser.Current is DocumentStart) anchors.Clear();
                else if (parser.Current is Scalar or SequenceStart or MappingStart or AnchorAlias) documents.Add(Node(null, 0));
            }

            return documents;
        }

        // The parser stands on the node's first event, and afterwards on its last.
        private ConfigurationNode Node(string? name, int depth)
        {
            if (++nodes > TreeLimits.MostNodes || depth > TreeLimits.MostDepth) throw TreeLimits.TooLarge(source);
            int before = nodes, deepestOutside = Math.Max(deepest, depth);
            deepest = depth;
            ParsingEvent start = parser.Current!;
            if (start is AnchorAlias alias)
            {
                if (!anchors.TryGetValue(alias.Value.Value, out (ConfigurationNode Node, int Size, int Depth) named))
                    throw TreeLimits.Broken(source, "YAML", (int)start.Start.Line, "an alias has no anchor");
                nodes += named.Size;
                deepest = Math.Max(deepestOutside, depth + named.Depth);
                if (deepest > TreeLimits.MostDepth) throw TreeLimits.TooLarge(source);
                return new ConfigurationNode(name, (int)start.Start.Line, named.Node.Value, named.Node.Children);
            }

            var node = new ConfigurationNode(
                name,
                (int)start.Start.Line,
                (start as Scalar) is { } scalar ? Text(scalar) : null,
                start switch
            {
                SequenceStart => Items(depth),
                MappingStart => Members(depth),
                _ => [],
            });
            if (start is NodeEvent { Anchor.IsEmpty: false } anchored)
                anchors[anchored.Anchor.Value] = (node, nodes - before, deepest - depth);
            deepest = Math.Max(deepest, deepestOutside);
            return node;
        }

        private List<ConfigurationNode> Items(int depth)
        {
            var items = new List<ConfigurationNode>();
            while (Next() is not SequenceEnd) items.Add(Node(null, depth + 1));
            return items;
        }

        private List<ConfigurationNode> Members(int depth)
        {
            var members = new List<ConfigurationNode>();
            while (Next() is not MappingEnd)
            {
                ConfigurationNode key = Node(null, depth + 1);
                Next();
                members.Add(Node(key.Value ?? "", depth + 1));
            }

            return members;
        }

        private ParsingEvent Next()
        {
            while (parser.MoveNext())
                if (parser.Current is not Comment) return parser.Current!;
            throw TreeLimits.Broken(source, "YAML", 1, "it ends too early");
        }

        // An unquoted null or nothing is no text.
        private static string? Text(Scalar scalar) =>
            scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" ? null : scalar.Value;
    }
}
