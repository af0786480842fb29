using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>What the kernel was built with: <c>CONFIG_X=y</c> and <c># CONFIG_X is not set</c>.</summary>
internal sealed class KernelConfiguration
{
    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = ["kernel:config", "/boot/config-*"];

    private readonly Dictionary<string, (string Value, TextLine Line)> options = new(StringComparer.Ordinal);
    private bool whole;

    /// <summary>Reads it out of facts; of several the newest kernel's, by the version in its name.</summary>
    public static KernelConfiguration Of(HostFacts facts) => facts.View(Read);

    /// <summary>Why it is not known; null when it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// An option's value (<c>y</c>, <c>m</c>, a number, a text), <c>n</c> when it is not set; null when that is not known.
    /// </summary>
    /// <param name="option">Without <c>CONFIG_</c>.</param>
    public string? this[string option] =>
        options.TryGetValue(option, out (string Value, TextLine Line) found) ? found.Value
        : whole ? "n"
        : null;

    /// <summary>Whether the kernel is known to be too old, or too new, to have such an option, set or not.</summary>
    public bool Lacks(string option) => whole && !options.ContainsKey(option);

    /// <summary>Where an option stands; null when it does not.</summary>
    public Citation? Evidence(string option) =>
        options.TryGetValue(option, out (string Value, TextLine Line) found) ? found.Line.Evidence : null;

    private static KernelConfiguration Read(HostFacts facts)
    {
        Reading reading = facts.Scope == FactScope.Host ? facts.Read("kernel:config")
            : facts
                .Matching("/boot/config-*")
                .Where(file => file.Text is not null)
                .OrderBy(file => file.Path, NaturalOrder.Instance)
                .LastOrDefault()
                ?? facts.Read("kernel:config");
        var configuration = new KernelConfiguration();
        foreach (TextLine line in reading.Lines) configuration.Take(line);
        if (configuration.options.Count == 0)
            configuration.Problem =
                $"{reading.Source}: {(reading.Text is null ? reading.Problem ?? "not found" : "it has no line with CONFIG_")}";
        configuration.whole = configuration.Problem is null && reading.Problem is null;
        return configuration;
    }

    private void Take(TextLine line)
    {
        const string prefix = "CONFIG_", absent = "# CONFIG_", notSet = " is not set";
        string text = line.Text.Trim();
        if (text.StartsWith(prefix, StringComparison.Ordinal) && text.IndexOf('=') is >= 0 and var equals)
            options[text[prefix.Length..equals]] = (text[(equals + 1)..].Trim('"'), line);
        else if (
            text.Length >= absent.Length + notSet.Length
            && text.StartsWith(absent, StringComparison.Ordinal)
            && text.EndsWith(notSet, StringComparison.Ordinal)
        )
            options[text[absent.Length..^notSet.Length]] = ("n", line);
    }
}
