using System.Text.RegularExpressions;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Media.Logs;

/// <summary>
/// What disposable qubes leave in the administrating domain (dom0) of Qubes OS: 22 kinds, as the issue QubesOS/qubes-issues#4972 counts
/// them. The first nine and the window titles are from that issue. The others are from #3360 and #8569, and from what users found when
/// they searched dom0 for the name of a disposable. They are judged by names only; the files' content is not read.
/// </summary>
internal static partial class QubesTraces
{
    private const string Release = "/etc/qubes-release",
        InsideQube = "/usr/share/qubes/marker-vm",
        Running = "/run/qubes/",
        Backends = "/sys/bus/xen-backend/devices/";

    private static readonly Trace[] Kinds =
    [
        Named(
            "volumes",
            Severity.High,
            "volumes",
            "lvremove volumes of disposables that ended, and let new ones be encrypted with a key that nobody keeps (qvm-pool set POOL -o "
                + "ephemeral_volatile=True)",
            ["/dev/mapper/", "/dev/qubes_dom0/"]
        ),
        Named(
            "libvirt-configuration",
            Severity.Low,
            "configurations of libvirt",
            "delete them",
            ["/etc/libvirt/libxl/", "/run/libvirt/libxl/"]
        ),
        Named("menus", Severity.Low, "menus", "delete them (qvm-appmenus --remove)", ["/home/*/.local/share/qubes-appmenus/"]),
        Named("qrexec", Severity.Low, "sockets of qrexec", "delete them, or restart", [Running], "qrexec"),
        Named("qubesdb", Severity.Low, "sockets of QubesDB", "delete them, or restart", [Running], "qubesdb"),
        Named("device-links", Severity.Low, "links to devices", "delete them, or restart", ["/run/udev/links/"]),
        Named("directories", Severity.Low, "directories", "remove the qubes they belong to (qvm-remove)", ["/var/lib/qubes/appvms/"]),
        Named("libxl-logs", Severity.Low, "logs of libxl", "delete them, or keep /var/log in memory", ["/var/log/libvirt/libxl/"]),
        Named("logs", Severity.Low, "logs of Qubes", "delete them, or keep /var/log in memory", ["/var/log/qubes/"]),
        Named("console-logs", Severity.Medium, "logs of consoles", "delete them, or keep /var/log in memory", ["/var/log/xen/console/"]),
        Named("xen-logs", Severity.Low, "logs of Xen", "delete them, or keep /var/log in memory", ["/var/log/xen/"]),
        Named("launchers", Severity.Low, "entries of the application menu", "delete them", ["/home/*/.local/share/applications/"]),
        Named(
            "menu-directories",
            Severity.Low,
            "directories of the application menu",
            "delete them",
            ["/home/*/.local/share/desktop-directories/"]
        ),
        Named("sound-control", Severity.Low, "sockets of sound control", "restart", [Running], "audio-control"),
        Telling(
            "window-titles",
            Severity.Medium,
            "sessions of the window manager, with the titles of windows",
            "delete them, and do not save sessions (xfconf-query -c xfce4-session -p /general/SaveOnExit -s false)",
            "/home/*/.cache/sessions/",
            "xfwm4-"
        ),
        Telling("journal", Severity.Low, "journals", "set Storage=volatile for journald", "/var/log/journal/"),
        Telling("system-log", Severity.Low, "logs of the system", "stop the program that writes them", "/var/log/", "messages"),
        Telling(
            "volume-archive",
            Severity.Low,
            "older descriptions of all volumes",
            "delete them, and set archive = 0 in /etc/lvm/lvm.conf",
            "/etc/lvm/archive/"
        ),
        Telling(
            "volume-backup",
            Severity.Low,
            "descriptions of all volumes",
            "delete them, and set backup = 0 in /etc/lvm/lvm.conf",
            "/etc/lvm/backup/"
        ),
        Telling("older-inventories", Severity.Low, "older inventories of qubes", "delete them", "/var/lib/qubes/backup/", "qubes-"),
        Telling("sound-streams", Severity.Low, "settings of sound streams, by qube", "delete them", "/home/*/.local/state/wireplumber/"),
        Telling(
            "machine-manager-log",
            Severity.Low,
            "logs of the manager of machines",
            "delete them, or keep /var/log in memory",
            "/var/log/libvirt/libxl/",
            "libxl-driver"
        ),
    ];

    public static IReadOnlyList<string> Wants { get; } =
    [Release, InsideQube, Running, Backends, .. Kinds.SelectMany(kind => kind.Directories).Distinct()];

    public static IReadOnlyList<Rule> Rules { get; } = [.. Kinds.Select(RuleOf)];

    private static Rule RuleOf(Trace kind) => new($"logs/qubes-{kind.Name}", kind.Severity, $"disposable qubes leave no {kind.What}",
        kind.IsNamed
            ? "Names of disposables in dom0 tell when they ran and what for, long after they are gone."
            : "These files name every qube that ran, disposable ones too, with times, sizes or titles.",
        facts => Judge(kind, facts))
    {
        References = ["QubesOS/qubes-issues#4972"],
    };

    private static IEnumerable<Judgement> Judge(Trace kind, HostFacts facts)
    {
        if (facts.Read(Release).Text is null || facts.Read(InsideQube).Text is not null) yield break;
        HashSet<string>? running = kind.IsNamed ? RunningDisposables(facts) : [];
        foreach (string directory in kind.Directories)
        {
            var left = new LeftFiles(
                directory,
                kind.IsNamed ? $"{kind.What} of disposable qubes that ended" : kind.What,
                new ManualRepair($"{kind.What} in {directory}: {kind.Repair}")
            )
            {
                Counts = entry =>
                    entry.Name.StartsWith(kind.Prefix, StringComparison.Ordinal)
                    && (
                        !kind.IsNamed
                        || (Disposable().Match(entry.Name) is { Success: true } name && running?.Contains(name.Value) is not true)
                    ),
            };
            foreach (Judgement judgement in left.Of(facts))
                yield return running is null && judgement.State == Posture.Open
                    ? Judgement
                        .Unknown($"needs {Running} and {Backends} to tell which disposable qubes run", judgement.Evidence)
                        .About(judgement.Subject!)
                    : judgement;
        }
    }

    // Each qube's name links to the socket of its domain, and each running domain has disks that dom0 serves: qrexec.disp12 -> qrexec.7,
    // vbd-7-51712.
    private static HashSet<string>? RunningDisposables(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) return [];
        Reading sockets = facts.Read(Running), backends = facts.Read(Backends);
        if (sockets.IsUnknown || backends.IsUnknown) return null;
        HashSet<string> domains =
        [
            .. backends.Entries.Select(entry => entry.Name.Split('-')).Where(parts => parts is ["vbd", _, ..]).Select(parts => parts[1]),
        ];
        return
        [
            .. sockets
                .Entries.Where(entry => entry.Target is { } target && domains.Contains(target[(target.LastIndexOf('.') + 1)..]))
                .Select(entry => Disposable().Match(entry.Name).Value)
                .Where(name => name.Length > 0),
        ];
    }

    [GeneratedRegex("disp[0-9]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Disposable();

    private static Trace Named(string name, Severity severity, string what, string repair, string[] directories, string prefix = "") =>
        new(name, severity, what, repair, directories, prefix, IsNamed: true);

    private static Trace Telling(string name, Severity severity, string what, string repair, string directory, string prefix = "") =>
        new(name, severity, what, repair, [directory], prefix, IsNamed: false);

    private sealed record Trace(
        string Name,
        Severity Severity,
        string What,
        string Repair,
        string[] Directories,
        string Prefix,
        bool IsNamed
    );
}
