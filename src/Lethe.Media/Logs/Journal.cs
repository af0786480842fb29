using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.Logs;

/// <summary>Whether the host's own logs are kept on disk (journald.conf(5)).</summary>
internal static class Journal
{
    private const string Service = "journald", OnDisk = "/var/log/journal/", InMemory = "/run/log/journal/";

    private static readonly string[] Names = ["syslog", "messages", "kern.log", "daemon.log", "user.log", "debug"];

    private static readonly LeftFiles Files = new(
        "/var/log/",
        "logs of the system",
        new ManualRepair("stop rsyslog or syslog-ng from writing to /var/log, or keep /var/log in memory")
    )
    {
        Counts = entry =>
            entry.Bytes > 0
            && Names.Any(name =>
                entry.Name == name
                || entry.Name.StartsWith(name + ".", StringComparison.Ordinal)
                || entry.Name.StartsWith(name + "-", StringComparison.Ordinal)
            ),
    };

    public static IReadOnlyList<string> Wants { get; } = [.. SystemdConfiguration.Wants(Service), OnDisk, InMemory, Files.Directories];

    /// <summary>Whether the journal is in memory only.</summary>
    public static IEnumerable<Judgement> Volatile(HostFacts facts)
    {
        Setting storage = SystemdConfiguration.Read(facts, Service, "Journal", "Storage");
        Reading kept = facts.Read(OnDisk);
        bool used =
            storage.Value is not null
            || !kept.IsAbsent
            || facts.Read(InMemory).Entries.Count > 0
            || SystemdConfiguration.Wants(Service).SelectMany(facts.Matching).Any();
        if (!used) yield break;
        Repair inMemory = new DropIn("etc/systemd/journald.conf.d/90-lethe.conf", "Journal", "Storage", "volatile"),
            delete = new ManualRepair("then delete /var/log/journal (journalctl --relinquish-var first)");
        if (kept.Entries.Count > 0 && storage.Value is "volatile" or "none")
            yield return Judgement
                .Open("the journal is no longer written to disk, but an older one is there", storage.Evidence, kept.Evidence)
                .RepairedBy(delete);
        else if (kept.Entries.Count > 0)
            yield return Judgement.Open("the journal is kept on disk", kept.Evidence, storage.Evidence).RepairedBy(inMemory, delete);
        else if (storage.Problem is { } problem) yield return Judgement.Unknown($"needs the configuration of journald: {problem}");
        else if (storage.Value == "persistent")
            yield return Judgement.Open("the journal is to be kept on disk", storage.Evidence).RepairedBy(inMemory);
        else if (storage.Value is "volatile" or "none") yield return Judgement.Closed("the journal is in memory only", storage.Evidence);
        else if (kept.IsUnknown) yield return Judgement.Unknown($"needs {OnDisk}: {kept.Problem}");
        else if (!kept.IsAbsent)
            yield return Judgement
                .Open(
                    "the journal is kept on disk as soon as something is logged, for its directory is there",
                    kept.Evidence,
                    storage.Evidence
                )
                .RepairedBy(inMemory, delete);
        else
            yield return Judgement.Closed(
                "the journal is in memory only, for its directory on disk is not there",
                kept.Evidence,
                storage.Evidence
            );
    }

    /// <summary>Whether other programs write the system's log to disk.</summary>
    public static IEnumerable<Judgement> NoFiles(HostFacts facts) => Files.Of(facts);
}
