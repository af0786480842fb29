using Lethe.Evidence;

namespace Lethe.Facts.Containers;

/// <summary>
/// The services that an administrator wrote or was given, with their drop-ins (systemd.unit(5)); not those that packages bring.
/// </summary>
/// <param name="All">The services, by name.</param>
/// <param name="Unread">What keeps others from being known.</param>
internal sealed record ServiceUnits(IReadOnlyList<ServiceUnit> All, IReadOnlyList<Citation> Unread)
{
    private const string AdministratorsDirectory = "/etc/systemd/system/";

    private static readonly string[] Files = ["/run/systemd/transient/*.service", "/etc/systemd/system/*.service"],
        DropIns = ["/run/systemd/system/*.service.d/*.conf", "/etc/systemd/system/*.service.d/*.conf"];

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = [.. Files, .. DropIns, AdministratorsDirectory];

    /// <summary>Reads them out of facts.</summary>
    public static ServiceUnits Of(HostFacts facts) => facts.View(Read);

    private static ServiceUnits Read(HostFacts facts)
    {
        var units = new SortedDictionary<string, ServiceUnit>(StringComparer.Ordinal);
        // What is enabled or has an alias is a link there to the unit of a package.
        HashSet<string> links =
        [
            .. facts
                .Read(AdministratorsDirectory)
                .Entries.Where(entry => entry.Target is not null)
                .Select(entry => AdministratorsDirectory + entry.Name),
        ];
        Reading[] files =
        [
            .. Files.SelectMany(facts.Matching).Where(file => !links.Contains(file.Path)),
            .. facts.Matching("given:unit/*"),
        ];
        foreach (Reading file in files.Where(file => file.Text is not null)) Unit(NameOf(file.Source)).Take(file);
        // A drop-in for a unit that a package brings says only what it changes; nothing is judged of the rest.
        foreach (Reading file in DropIns.SelectMany(facts.Matching).Where(file => file.Text is not null))
            if (units.TryGetValue(NameOf(file.Path[..file.Path.LastIndexOf('/')])[..^2], out ServiceUnit? changed)) changed.Take(file);
        return new ServiceUnits(
            [.. units.Values.Where(unit => unit.HasService)],
            [.. files.Where(file => file.Text is null).Select(file => file.Evidence)]
        );

        ServiceUnit Unit(string name) => units.TryGetValue(name, out ServiceUnit? known) ? known : units[name] = new ServiceUnit(name);
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}

/// <summary>A service.</summary>
/// <param name="name">As <c>web.service</c>.</param>
internal sealed class ServiceUnit(string name)
{
    private readonly Dictionary<string, (string Value, Citation Evidence)> settings = new(StringComparer.Ordinal);
    private Citation? origin;

    /// <summary>As <c>web.service</c>; untrusted.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it has a section that says how it runs.</summary>
    public bool HasService => origin is not null;

    /// <summary>A setting of the section <c>[Service]</c>, the last that counts; null when it is left open.</summary>
    public (string Value, Citation Evidence)? this[string key] => settings.TryGetValue(key, out (string, Citation) found) ? found : null;

    /// <summary>Where a setting stands, or the section when it is left open.</summary>
    public Citation Evidence(string key) => this[key]?.Evidence ?? origin!;

    /// <summary>Whether a switch is on: as it is set, or what it is without.</summary>
    public bool Switch(string key, bool otherwise) =>
        this[key]?.Value.ToLowerInvariant() is { } value ? value is "yes" or "true" or "on" or "1" or "y" or "t" : otherwise;

    internal void Take(Reading file)
    {
        string section = "";
        foreach (TextLine line in file.Lines)
        {
            string text = line.Text.Trim();
            if (text.StartsWith('[')) section = text;
            if (text == "[Service]") origin ??= line.Evidence;
            int equals = text.IndexOf('=');
            if (section != "[Service]" || equals <= 0 || text[0] is '#' or ';') continue;
            string key = text[..equals].TrimEnd(), value = text[(equals + 1)..].Trim();
            if (value.Length > 0) settings[key] = (value, line.Evidence);
            else settings.Remove(key);
        }
    }
}
