using Tomlyn;
using Tomlyn.Serialization;

namespace Lethe.Facts.Trees;

/// <summary>Reads TOML event by event; what several headers say of one table becomes one node.</summary>
internal static class TomlTree
{
    /// <summary>Reads the document's root table.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="FactsException">It is no TOML, too deep or too large.</exception>
    public static ConfigurationNode Parse(string text, string source)
    {
        try
        {
            var reader = TomlReader.Create(text, new TomlSerializerOptions { MaxDepth = TreeLimits.MostDepth });
            while (reader.TokenType != TomlTokenType.StartTable)
                if (!reader.Read()) return new ConfigurationNode(null, 1, null, []);
            int nodes = 0;
            return Value(reader, null, 1, ref nodes, source);
        }
        catch (TomlException failure)
        {
            if (failure.Message.Contains("maximum depth", StringComparison.Ordinal)) throw TreeLimits.TooLarge(source);
            throw TreeLimits.Broken(source, "TOML", failure.Line ?? 1, "something is missing or wrong");
        }
        catch (Exception failure)
            when (failure
                    is InvalidOperationException
                        or ArgumentException
                        or FormatException
                        or OverflowException
                        or IndexOutOfRangeException
            )
        {
            // What the parser throws at some broken files, without a place.
            throw TreeLimits.Broken(source, "TOML", 1, "something is missing or wrong");
        }
    }

    // The reader stands on the value's first token, and afterwards on its last.
    private static ConfigurationNode Value(TomlReader reader, string? name, int line, ref int nodes, string source)
    {
        if (++nodes > TreeLimits.MostNodes) throw TreeLimits.TooLarge(source);
        return reader.TokenType switch
        {
            TomlTokenType.StartTable => new ConfigurationNode(name, line, null, Merged(Members(reader, ref nodes, source))),
            TomlTokenType.StartArray => new ConfigurationNode(name, line, null, Items(reader, ref nodes, source)),
            TomlTokenType.String => new ConfigurationNode(name, line, reader.GetString(), []),
            _ => new ConfigurationNode(name, line, reader.GetRawText(), []),
        };
    }

    private static List<ConfigurationNode> Members(TomlReader reader, ref int nodes, string source)
    {
        var members = new List<ConfigurationNode>();
        while (reader.Read() && reader.TokenType != TomlTokenType.EndTable)
        {
            (string name, int line) = (reader.PropertyName ?? "", LineOf(reader));
            if (!reader.Read()) break;
            members.Add(Value(reader, name, line, ref nodes, source));
        }

        return members;
    }

    private static List<ConfigurationNode> Items(TomlReader reader, ref int nodes, string source)
    {
        var items = new List<ConfigurationNode>();
        while (reader.Read() && reader.TokenType != TomlTokenType.EndArray)
            items.Add(Value(reader, null, LineOf(reader), ref nodes, source));
        return items;
    }

    private static int LineOf(TomlReader reader) => Math.Max(1, reader.Line);

    // [a.b] and later [a.c] are both about a.
    private static List<ConfigurationNode> Merged(List<ConfigurationNode> members)
    {
        var merged = new List<ConfigurationNode>();
        foreach (IGrouping<string?, ConfigurationNode> same in members.GroupBy(member => member.Name))
        {
            ConfigurationNode first = same.First();
            merged.Add(
                same.Skip(1).Any()
                    ? new ConfigurationNode(first.Name, first.Line, first.Value, Merged([.. same.SelectMany(node => node.Children)]))
                    : first
            );
        }

        return merged;
    }
}
