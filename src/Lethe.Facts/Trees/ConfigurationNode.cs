using Lethe.Evidence;

namespace Lethe.Facts.Trees;

/// <summary>A piece of a structured file, whatever its language: a scalar, a list or a mapping, and the line it stands on.</summary>
/// <param name="name">The key or element it stands under; null in a list and at the top. An XML attribute's begins with <c>@</c>.</param>
/// <param name="line">From 1; 0 for what is missing.</param>
/// <param name="value">A scalar's text; an element's own text.</param>
/// <param name="children">Items, members, or attributes and elements.</param>
internal sealed class ConfigurationNode(string? name, int line, string? value, IReadOnlyList<ConfigurationNode> children)
{
    /// <summary>What stands where nothing stands.</summary>
    public static ConfigurationNode Missing { get; } = new(null, 0, null, []);

    /// <summary>The key or element it stands under.</summary>
    public string? Name { get; } = name;

    /// <summary>The line, from 1; 0 for what is missing.</summary>
    public int Line { get; } = line;

    /// <summary>A scalar's text; null for others.</summary>
    public string? Value { get; } = value;

    /// <summary>Items, members, or attributes and elements.</summary>
    public IReadOnlyList<ConfigurationNode> Children { get; } = children;

    /// <summary>Whether it is there at all.</summary>
    public bool IsPresent => Line > 0;

    /// <summary>The first child of that name, or <see cref="Missing"/>.</summary>
    public ConfigurationNode this[string child] => Children.FirstOrDefault(node => node.Name == child) ?? Missing;

    /// <summary>All children of that name.</summary>
    public IEnumerable<ConfigurationNode> All(string child) => Children.Where(node => node.Name == child);

    /// <summary>Goes down by names; <see cref="Missing"/> when one is not there.</summary>
    public ConfigurationNode At(params ReadOnlySpan<string> path)
    {
        ConfigurationNode node = this;
        foreach (string step in path) node = node[step];
        return node;
    }

    /// <summary>Whether it is a scalar that says yes: true, yes, on, 1.</summary>
    public bool IsTrue => Value is "true" or "True" or "yes" or "on" or "1";

    /// <summary>The node as evidence.</summary>
    /// <param name="source">What people call the file.</param>
    public Citation Evidence(string source) => new(source, IsPresent ? Line : null, (Name, Value) switch
    {
        (null, null) => "not there",
        (null, { } value) => value,
        ({ } name, null) => name,
        ({ } name, { } value) => $"{name}: {value}",
    });
}
