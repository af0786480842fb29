using System.Globalization;
using System.Text;
using Lethe.Facts.Trees;

namespace Lethe.Facts.Collecting;

/// <summary>
/// Options of NixOS as JSON (<c>nix eval --json</c>, by full names or nested): each becomes what it makes NixOS write, so that the
/// host's own rules judge it. Each setting keeps the line of the file it stands on.
/// </summary>
internal static class NixOptions
{
    private const int MostSettings = 4096, MostText = 16 << 20;

    /// <summary>The options that are read; <c>nix eval</c> of one alone is known by its name in the file's name.</summary>
    public static IReadOnlyList<string> Names { get; } = ["boot.kernelParams", "boot.kernel.sysctl", "swapDevices", "fileSystems"];

    /// <summary>The facts that a file says.</summary>
    /// <exception cref="FactsException">It is no JSON, or says too much.</exception>
    public static IEnumerable<Fact> Parts(string name, string text, string source)
    {
        ConfigurationNode root = JsonTree.Parse(text, source);
        ConfigurationNode Option(string option) =>
            OptionIn(root, option) is { IsPresent: true } found ? found
            : source.Contains(option, StringComparison.Ordinal) ? root
            : ConfigurationNode.Missing;
        return
        [
            .. Lines(Parameters(Option("boot.kernelParams")), part => $"/etc/kernel/cmdline.d/{name}-{part}.conf", source),
            .. Lines(Settings(Option("boot.kernel.sysctl")), part => $"/etc/sysctl.d/{name}-{part}.conf", source),
            .. Lines(EncryptedSwap(Option("swapDevices")), _ => "/etc/crypttab", source),
            .. Lines([.. Swap(Option("swapDevices")), .. Mounts(Option("fileSystems"))], _ => "/etc/fstab", source),
        ];
    }

    // Written in full, nested, or below "config".
    private static ConfigurationNode OptionIn(ConfigurationNode root, string option)
    {
        foreach (ConfigurationNode from in (ConfigurationNode[])[root, root["config"]])
        {
            if (from[option] is { IsPresent: true } whole) return whole;
            if (from.At(option.Split('.')) is { IsPresent: true } nested) return nested;
        }

        return ConfigurationNode.Missing;
    }

    private static IEnumerable<(int Line, string Text)> Parameters(ConfigurationNode option) =>
        option.Children.Where(item => item.Value is not null).Select(item => (item.Line, Plain(item.Value!)));

    private static IEnumerable<(int Line, string Text)> Settings(ConfigurationNode option) =>
        option
            .Children.Where(item => item is { Name: not null, Value: not null })
            .Select(item => (item.Line, Plain($"{item.Name} = {(item.Value is "true" ? "1" : item.Value is "false" ? "0" : item.Value)}")));

    // randomEncryption makes the device a mapping with a key of each start (nixos/modules/config/swap.nix).
    private static IEnumerable<(int Line, string Text)> EncryptedSwap(ConfigurationNode option) =>
        option.Children.Where(IsEncrypted).Select(item => (item.Line, $"{Mapping(item)} {Device(item)} /dev/urandom swap"));

    private static IEnumerable<(int Line, string Text)> Swap(ConfigurationNode option) =>
        option
            .Children.Where(item => Device(item).Length > 0)
            .Select(item => (item.Line, $"{(IsEncrypted(item) ? "/dev/mapper/" + Mapping(item) : Device(item))} none swap defaults 0 0"));

    private static bool IsEncrypted(ConfigurationNode swap) =>
        (swap["randomEncryption"].IsTrue || swap["randomEncryption"]["enable"].IsTrue) && Device(swap).Length > 0;

    private static string Device(ConfigurationNode swap) =>
        swap["device"].Value is { } device ? Word(device)
        : swap["label"].Value is { } label ? "LABEL=" + Word(label)
        : "";

    private static string Mapping(ConfigurationNode swap) => Device(swap).TrimStart('/').Replace('/', '-').Replace('=', '-');

    private static IEnumerable<(int Line, string Text)> Mounts(ConfigurationNode option) =>
        from item in option.Children
        where item.Name is not null
        let device = item["device"].Value ?? (item["label"].Value is { } label ? "LABEL=" + label : item["fsType"].Value ?? "none")
        let options = string.Join(',', item["options"].Children.Select(one => one.Value).OfType<string>())
        select (
            item.Line,
            $"{Word(device)} {Word(item["mountPoint"].Value ?? item.Name!)} {Word(item["fsType"].Value ?? "auto")} "
                + $"{(options.Length > 0 ? Word(options) : "defaults")} 0 0"
        );

    private static string Plain(string value) => value.ReplaceLineEndings(" ");

    // fstab(5) writes white space as octal.
    private static string Word(string value) =>
        Plain(value).Replace(" ", "\\040", StringComparison.Ordinal).Replace("\t", "\\011", StringComparison.Ordinal);

    // A line can hold one setting; where the file has several on one line (nix eval writes one line), each is a fact of its own.
    private static IEnumerable<Fact> Lines(IEnumerable<(int Line, string Text)> settings, Func<string, string> pathOf, string source)
    {
        var parts = new List<SortedDictionary<int, string>>();
        int count = 0, lastLine = 1;
        foreach ((int line, string text) in settings)
        {
            if (++count > MostSettings) throw TreeLimits.TooLarge(source);
            lastLine = Math.Max(lastLine, line);
            SortedDictionary<int, string>? free = parts.Find(part => !part.ContainsKey(line));
            if (free is null) parts.Add(free = []);
            free[line] = text;
        }

        if ((long)parts.Count * lastLine > MostText) throw TreeLimits.TooLarge(source);
        var facts = parts.Select((part, index) => (Path: pathOf(index.ToString("d4", CultureInfo.InvariantCulture)), Part: part)).ToList();
        // Tables have one path, so that their parts follow each other there.
        return facts
            .GroupBy(fact => fact.Path)
            .Select(same => new Fact(same.Key, string.Join('\n', same.Select(fact => Text(fact.Part))), Source: source));
    }

    private static string Text(SortedDictionary<int, string> lines)
    {
        var text = new StringBuilder();
        int at = 1;
        foreach ((int line, string setting) in lines)
        {
            for (; at < line; at++) text.Append('\n');
            text.Append(setting);
        }

        return text.ToString();
    }
}
