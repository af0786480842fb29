using System.Text;
using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>
/// The kernel's parameters. Of a running host what it was started with; of a file system at rest what its boot loader is told, from
/// <c>/etc/kernel/cmdline</c> (kernel-install), <c>/etc/cmdline.d</c> (mkinitcpio), GRUB's defaults and the entries of systemd-boot.
/// </summary>
internal sealed class KernelCommandLine
{
    private const string Running = "/proc/cmdline", Entries = "/boot/loader/entries/*.conf";

    // The first of them that is there is the one that kernel-install(8) takes.
    private static readonly string[] Whole = ["/etc/kernel/cmdline", "/usr/lib/kernel/cmdline"];
    private static readonly string[] Pieces = ["/etc/kernel/cmdline.d/*.conf", "/etc/cmdline.d/*.conf"];

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = [Running, .. Whole, .. Pieces, .. GrubDefaults.Wants, Entries];

    private readonly List<Parameter> parameters = [];
    private readonly List<Citation> evidence = [];

    // What follows "--" is for the first process (parse_args of kernel/params.c).
    private bool ended;

    /// <summary>Reads it out of facts: all that any of its boot loaders is told.</summary>
    public static KernelCommandLine Of(HostFacts facts) => facts.View(read => Joined(read, Each(read)));

    /// <summary>
    /// Each command line that the kernel may be started with: one for a running host, one for each boot loader and entry at rest.
    /// </summary>
    public static IReadOnlyList<KernelCommandLine> Each(HostFacts facts) =>
        facts.Scope == FactScope.Host ? [OfRunning(facts.Read(Running))] : [.. Configured(facts)];

    /// <summary>Why it is not known; null when it is.</summary>
    public string? Problem { get; private init; }

    /// <summary>Everything it says, in order.</summary>
    public IReadOnlyList<Citation> Evidence => evidence;

    /// <summary>
    /// The parameter's last value, which is the one that counts; null when it is not there. A parameter without value has an empty one.
    /// </summary>
    /// <param name="name">As the kernel's documentation writes it; <c>-</c> and <c>_</c> are the same to the kernel.</param>
    public Parameter? Last(string name) => All(name).Select(found => (Parameter?)found).LastOrDefault();

    /// <summary>All occurrences, in order.</summary>
    public IEnumerable<Parameter> All(string name) => parameters.Where(parameter => SameName(parameter.Name, name));

    /// <summary>
    /// Whether a boolean parameter is on, off, or not given. The last value that is one counts: the kernel passes over others, and over
    /// a name without value, which only a module's parameter (with a dot in its name) takes for yes (kernel/params.c).
    /// </summary>
    public bool? Switch(string name) => All(name).Select(BooleanOf).LastOrDefault(value => value is not null);

    /// <summary>Whether two names are of the same parameter.</summary>
    public static bool SameName(string first, string second) =>
        first.Length == second.Length && first.Replace('-', '_') == second.Replace('-', '_');

    /// <summary>The words of a command line. Quotes protect spaces and are no part of the value (next_arg of lib/cmdline.c).</summary>
    internal static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
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

    private static KernelCommandLine OfRunning(Reading reading)
    {
        var line = new KernelCommandLine
        {
            Problem = reading.Text is null ? $"{reading.Source}: {reading.Problem ?? "not found"}" : reading.Problem,
        };
        foreach (TextLine text in reading.Lines) line.Take(text.Text, text.Evidence);
        return line;
    }

    private static IEnumerable<KernelCommandLine> Configured(HostFacts facts)
    {
        if (Whole.SelectMany(facts.Matching).FirstOrDefault() is { } whole) yield return OfFiles([whole]);
        Reading[] pieces = [.. Pieces.SelectMany(facts.Matching)];
        if (pieces.Length > 0) yield return OfFiles(pieces);
        foreach (Reading entry in facts.Matching(Entries))
        {
            var line = new KernelCommandLine { Problem = ProblemOf([entry]) };
            foreach (TextLine text in entry.Lines.Where(text => text.Words is ["options", ..]))
                line.Take(text.Text.Trim()["options".Length..], text.Evidence);
            yield return line;
        }

        IReadOnlyList<Reading> defaults = GrubDefaults.Files(facts);
        if (defaults.Count == 0) yield break;
        var grub = new KernelCommandLine { Problem = ProblemOf(defaults) };
        foreach ((string text, Citation evidence) in GrubDefaults.CommandLine(defaults)) grub.Take(text, evidence);
        yield return grub;
    }

    // Comments are allowed there.
    private static KernelCommandLine OfFiles(IReadOnlyList<Reading> files)
    {
        var line = new KernelCommandLine { Problem = ProblemOf(files) };
        foreach (TextLine text in files.SelectMany(file => file.Lines).Where(text => !text.Text.TrimStart().StartsWith('#')))
            line.Take(text.Text, text.Evidence);
        return line;
    }

    private static KernelCommandLine Joined(HostFacts facts, IReadOnlyList<KernelCommandLine> lines)
    {
        string? problem = lines.Select(line => line.Problem).FirstOrDefault(problem => problem is not null);
        if (lines.Count == 0)
            problem =
                facts.Scope == FactScope.Files
                    ? "no kernel command line was given; give one with cmdline:FILE"
                    : "no boot loader's configuration was found; give a kernel command line with cmdline:FILE";
        var joined = new KernelCommandLine { Problem = problem };
        foreach (KernelCommandLine line in lines)
        {
            joined.parameters.AddRange(line.parameters);
            joined.evidence.AddRange(line.evidence);
        }

        return joined;
    }

    private static string? ProblemOf(IReadOnlyList<Reading> files) =>
        files.Where(file => file.Problem is not null).Select(file => $"{file.Source}: {file.Problem}").FirstOrDefault();

    // kstrtobool of lib/kstrtox.c: the first letter decides, of "on" and "off" the second.
    private static bool? BooleanOf(Parameter parameter) => parameter.Value switch
    {
        "" => parameter.Name.Contains('.') ? true : null,
        ['y' or 'Y' or 't' or 'T' or '1', ..] or ['o' or 'O', 'n' or 'N', ..] => true,
        ['n' or 'N' or 'f' or 'F' or '0', ..] or ['o' or 'O', 'f' or 'F', ..] => false,
        _ => null,
    };

    private void Take(string text, Citation source)
    {
        if (!string.IsNullOrWhiteSpace(text)) evidence.Add(source);
        foreach (string word in Words(text))
        {
            ended |= word == "--";
            if (ended) return;
            int equals = word.IndexOf('=');
            parameters.Add(
                equals < 0
                    ? new Parameter(word, "", source with { Text = word })
                    : new Parameter(word[..equals], word[(equals + 1)..], source with { Text = word })
            );
        }
    }
}

/// <summary>One parameter of the kernel's command line.</summary>
/// <param name="Name">As it stands there.</param>
/// <param name="Value">What follows <c>=</c>; empty without.</param>
/// <param name="Evidence">Where it stands.</param>
internal readonly record struct Parameter(string Name, string Value, Citation Evidence);
