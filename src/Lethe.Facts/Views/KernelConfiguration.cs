using Lethe.Evidence.Audit;

namespace Lethe.Facts.Views;

/// <summary>What the kernel was built with: <c>CONFIG_X=y</c> and <c># CONFIG_X is not set</c>.</summary>
public sealed class KernelConfiguration
{
    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = ["kernel:config", "/boot/config-*"];

    private readonly Dictionary<string, (string Value, TextLine Line)> options = new(StringComparer.Ordinal);

    /// <summary>Reads it out of facts; of several the one whose name sorts last, which is the newest kernel.</summary>
    public static KernelConfiguration Of(HostFacts facts)
    {
        Reading reading = facts.Read("kernel:config");
        if (facts.Scope != FactScope.Host && facts.Matching("/boot/config-*").LastOrDefault(file => !file.IsUnknown) is { } newest) reading = newest;
        var configuration = new KernelConfiguration { Problem = reading.Text is null ? $"{reading.Source}: {reading.Problem ?? "not found"}" : null };
        foreach (TextLine line in reading.Lines) configuration.Take(line);
        return configuration;
    }

    /// <summary>Why it is not known; null when it is.</summary>
    public string? Problem { get; private init; }

    /// <summary>An option's value (<c>y</c>, <c>m</c>, a number, a text), <c>n</c> when it is not set; null when the configuration is not known.</summary>
    /// <param name="option">Without <c>CONFIG_</c>.</param>
    public string? this[string option] => Problem is not null ? null : options.TryGetValue(option, out (string Value, TextLine Line) found) ? found.Value : "n";

    /// <summary>Where an option stands; null when it does not.</summary>
    public FactLine? Evidence(string option) => options.TryGetValue(option, out (string Value, TextLine Line) found) ? found.Line.Evidence : null;

    private void Take(TextLine line)
    {
        const string prefix = "CONFIG_", absent = "# CONFIG_", notSet = " is not set";
        string text = line.Text.Trim();
        if (text.StartsWith(prefix, StringComparison.Ordinal) && text.IndexOf('=') is > 0 and var equals) options[text[prefix.Length..equals]] = (text[(equals + 1)..].Trim('"'), line);
        else if (text.StartsWith(absent, StringComparison.Ordinal) && text.EndsWith(notSet, StringComparison.Ordinal)) options[text[absent.Length..^notSet.Length]] = ("n", line);
    }
}
