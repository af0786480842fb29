using Lethe.Evidence.Audit;

namespace Lethe.Facts.Views;

/// <summary>
/// The kernel's parameters. Of a running host what it was started with; of a file system at rest what its boot loader is told, from
/// <c>/etc/kernel/cmdline</c>, GRUB's defaults and the entries of systemd-boot.
/// </summary>
public sealed class KernelCommandLine
{
    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } =
        ["/proc/cmdline", "/etc/kernel/cmdline", "/etc/kernel/cmdline.d/*.conf", "/etc/default/grub", "/etc/default/grub.d/*.cfg", "/boot/loader/entries/*.conf"];

    private readonly List<(string Name, string? Value, FactLine Evidence)> parameters = [];

    /// <summary>Reads it out of facts.</summary>
    public static KernelCommandLine Of(HostFacts facts)
    {
        var line = new KernelCommandLine();
        if (facts.Scope == FactScope.Host) line.Take(facts.Read("/proc/cmdline"));
        else line.TakeConfigured(facts);
        return line;
    }

    /// <summary>Why it is not known; null when it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Everything it says, in order.</summary>
    public IReadOnlyList<FactLine> Evidence { get; private set; } = [];

    /// <summary>The parameter's last value, which is the one that counts; null when it is not there. A parameter without value has an empty one.</summary>
    /// <param name="name">As the kernel's documentation writes it; <c>-</c> and <c>_</c> are the same to the kernel.</param>
    public Parameter? Last(string name) =>
        All(name).Select(found => (Parameter?)found).LastOrDefault();

    /// <summary>All occurrences, in order.</summary>
    public IEnumerable<Parameter> All(string name) =>
        parameters.Where(parameter => parameter.Name.Replace('-', '_') == name.Replace('-', '_')).Select(parameter => new Parameter(parameter.Name, parameter.Value ?? "", parameter.Evidence));

    /// <summary>Whether a boolean parameter is on, off, or not given (kstrtobool of lib/kstrtox.c).</summary>
    public bool? Switch(string name) => Last(name)?.Value is not { } value ? null : value is "" or "1" or "y" or "Y" or "on" or "On" or "ON" or "t" or "T";

    private void Take(Reading reading)
    {
        Problem = reading.IsUnknown ? $"{reading.Source}: {reading.Problem}" : null;
        foreach (TextLine line in reading.Lines) Take(line.Text, line.Evidence);
    }

    private void Take(string text, FactLine evidence)
    {
        if (text.Trim().Length > 0) Evidence = [.. Evidence, evidence];
        foreach (string word in Words(text))
        {
            int equals = word.IndexOf('=');
            parameters.Add(equals < 0 ? (word, null, evidence with { Text = word }) : (word[..equals], word[(equals + 1)..], evidence with { Text = word }));
        }
    }

    private void TakeConfigured(HostFacts facts)
    {
        foreach (Reading file in facts.Matching("/etc/kernel/cmdline").Concat(facts.Matching("/etc/kernel/cmdline.d/*.conf"))) Take(file);
        foreach (Reading file in facts.Matching("/boot/loader/entries/*.conf"))
            foreach (TextLine line in file.Lines.Where(line => line.Words is ["options", ..])) Take(line.Text.Trim()["options".Length..], line.Evidence);
        var assigned = new Dictionary<string, List<(string Value, FactLine Evidence)>>(StringComparer.Ordinal);
        foreach (Reading file in facts.Matching("/etc/default/grub").Concat(facts.Matching("/etc/default/grub.d/*.cfg")))
            foreach (TextLine line in file.Lines) Assign(line, assigned);
        foreach ((string value, FactLine evidence) in assigned.Values.SelectMany(list => list)) Take(value, evidence);
        if (Evidence.Count == 0) Problem = "no kernel command line was found; give one with cmdline:FILE";
    }

    // Shell assignments; one that takes up the variable adds to it, as GRUB's own snippets do, any other replaces it.
    private static void Assign(TextLine line, Dictionary<string, List<(string Value, FactLine Evidence)>> assigned)
    {
        string text = line.Text.Trim();
        int equals = text.IndexOf('=');
        if (equals < 0 || text[..equals] is not ("GRUB_CMDLINE_LINUX" or "GRUB_CMDLINE_LINUX_DEFAULT")) return;
        string name = text[..equals], value = text[(equals + 1)..].Trim();
        if (value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0]) value = value[1..^1];
        string added = value.Replace($"${{{name}}}", "", StringComparison.Ordinal).Replace($"${name}", "", StringComparison.Ordinal);
        if (added == value || !assigned.TryGetValue(name, out List<(string, FactLine)>? list)) assigned[name] = list = [];
        list.Add((added, line.Evidence));
    }

    // Quotes protect spaces and are no part of the value (next_arg of lib/cmdline.c).
    private static IEnumerable<string> Words(string text)
    {
        var word = new System.Text.StringBuilder();
        bool quoted = false;
        foreach (char letter in text)
        {
            if (letter == '"') quoted = !quoted;
            else if (char.IsWhiteSpace(letter) && !quoted)
            {
                if (word.Length > 0) yield return word.ToString();
                word.Clear();
            }
            else word.Append(letter);
        }

        if (word.Length > 0) yield return word.ToString();
    }
}

/// <summary>One parameter of the kernel's command line.</summary>
/// <param name="Name">As it stands there.</param>
/// <param name="Value">What follows <c>=</c>; empty without.</param>
/// <param name="Evidence">Where it stands.</param>
public readonly record struct Parameter(string Name, string Value, FactLine Evidence);
