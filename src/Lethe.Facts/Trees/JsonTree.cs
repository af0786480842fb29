using System.Text;
using System.Text.Json;

namespace Lethe.Facts.Trees;

/// <summary>Reads JSON, with comments and trailing commas as people write them.</summary>
internal static class JsonTree
{
    /// <summary>Reads one document.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="FactsException">It is no JSON, too deep or too large.</exception>
    public static ConfigurationNode Parse(string text, string source)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(TreeLimits.WithoutMark(text));
        var reader = new Utf8JsonReader(
            bytes,
            new JsonReaderOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
                MaxDepth = TreeLimits.MostDepth,
            }
        );
        try
        {
            reader.Read();
            var lines = new LineCounter(bytes);
            int nodes = 0;
            ConfigurationNode root = Read(ref reader, null, lines, ref nodes, source);
            if (reader.Read()) throw TreeLimits.Broken(source, "JSON", lines.At(reader.TokenStartIndex), "something follows its end");
            return root;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw TreeLimits.Broken(
                source,
                "JSON",
                (int)Math.Min(int.MaxValue, (failure as JsonException)?.LineNumber + 1 ?? 1),
                "something is missing or wrong"
            );
        }
    }

    private static ConfigurationNode Read(ref Utf8JsonReader reader, string? name, LineCounter lines, ref int nodes, string source)
    {
        if (++nodes > TreeLimits.MostNodes) throw TreeLimits.TooLarge(source);
        int line = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                var children = new List<ConfigurationNode>();
                while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
                {
                    string? child = null;
                    if (reader.TokenType == JsonTokenType.PropertyName)
                    {
                        child = reader.GetString();
                        reader.Read();
                    }

                    children.Add(Read(ref reader, child, lines, ref nodes, source));
                }

                return new ConfigurationNode(name, line, null, LastOfEachName(children));
            case JsonTokenType.String:
                return new ConfigurationNode(name, line, reader.GetString(), []);
            case JsonTokenType.Null:
                return new ConfigurationNode(name, line, null, []);
            default:
                return new ConfigurationNode(name, line, Encoding.UTF8.GetString(reader.ValueSpan), []);
        }
    }

    // Of members with the same name the last counts, as it does for Go, which most readers of these files are written in.
    private static List<ConfigurationNode> LastOfEachName(List<ConfigurationNode> children)
    {
        var last = new Dictionary<string, ConfigurationNode>(StringComparer.Ordinal);
        foreach (ConfigurationNode child in children)
            if (child.Name is not null) last[child.Name] = child;
        if (last.Count > 0) children.RemoveAll(child => child.Name is not null && !ReferenceEquals(last[child.Name], child));
        return children;
    }

    /// <summary>Turns offsets, which only grow, into lines.</summary>
    private sealed class LineCounter(byte[] text)
    {
        private int line = 1, counted;

        public int At(long offset)
        {
            for (; counted < offset; counted++)
                if (text[counted] == (byte)'\n') line++;
            return line;
        }
    }
}
