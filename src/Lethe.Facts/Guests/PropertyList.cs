using Lethe.Facts.Trees;

namespace Lethe.Facts.Guests;

/// <summary>
/// The value of an option that is a list: <c>memory-backend-file,id=a,mem-path=/x</c>, where two commas stand for one in a value, or
/// the same as a JSON object (QEMU).
/// </summary>
internal sealed class PropertyList
{
    private readonly Dictionary<string, string> properties = new(StringComparer.Ordinal);

    /// <summary>Reads a list; what is no list has no properties.</summary>
    public static PropertyList Of(string text)
    {
        var list = new PropertyList();
        if (text.StartsWith('{')) list.TakeJson(text);
        else list.TakePlain(text);
        return list;
    }

    /// <summary>What stands first without a name; empty when nothing does.</summary>
    public string Kind { get; private set; } = "";

    /// <summary>A property's value, the last when it is given twice; null without it.</summary>
    public string? this[string name] => properties.GetValueOrDefault(name);

    /// <summary>Whether a property is on, off, or not given. A name alone is on.</summary>
    public bool? Switch(string name) => this[name] is { } value ? value is "on" or "true" or "yes" or "y" : null;

    private void TakePlain(string text)
    {
        bool first = true;
        foreach (string part in text.Replace(",,", "\0", StringComparison.Ordinal).Split(','))
        {
            string plain = part.Replace('\0', ',');
            int equals = plain.IndexOf('=');
            if (equals > 0) properties[plain[..equals].Trim().Replace('_', '-')] = plain[(equals + 1)..].Trim();
            else if (first) Kind = plain.Trim();
            else if (plain.Length > 0) properties[plain.Trim().Replace('_', '-')] = "on";
            first = false;
        }
    }

    private void TakeJson(string text)
    {
        try
        {
            ConfigurationNode node = JsonTree.Parse(text, "");
            foreach (ConfigurationNode member in node.Children)
                if (member is { Name: { } name, Value: { } value }) properties[name.Replace('_', '-')] = value;
            Kind = node["qom-type"].Value ?? node["driver"].Value ?? "";
        }
        catch (FactsException)
        {
            // A broken object configures nothing.
        }
    }
}
