using Lethe.Evidence;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.CoreDumps;

/// <summary>Where the kernel writes the memory of a crashed process, and what is kept there (core(5)).</summary>
internal static class ProcessDumps
{
    private const string Pattern = "kernel.core_pattern", UsesProcessNumber = "kernel.core_uses_pid", Service = "coredump";

    private static readonly Repair NoHandler = new SystemSetting(Pattern, "|/bin/false");

    private static readonly SettingJudgement Privileged = new("fs.suid_dumpable", value => value == 0,
        "processes that changed their identity are not dumped",
        "processes that run with more rights than their user are dumped as well",
        "0",
        Absent: "this kernel makes no core dumps"
    );

    public static IReadOnlyList<string> Wants { get; } =
    [.. SystemSettings.Wants(Pattern, UsesProcessNumber), .. Privileged.Wants, .. SystemdConfiguration.Wants(Service)];

    /// <summary>Whether the memory of crashed processes reaches a disk.</summary>
    public static IEnumerable<Judgement> NotKept(HostFacts facts)
    {
        Setting pattern = SystemSettings.Read(facts, Pattern);
        Citation[] evidence = [pattern.Evidence];
        yield return HandlerOf(pattern) switch
        {
            { IsNone: true } => Judgement.Closed("this kernel makes no core dumps", evidence),
            { IsUnknown: true } => Judgement.Unknown($"needs {Pattern}: {pattern.Problem ?? "nothing here sets it"}"),
            { Program: "false" or "true" } => Judgement.Closed("core dumps go to a program that drops them", evidence),
            { Program: "systemd-coredump" } => BySystemd(facts, pattern.Evidence),
            { Program: "apport" } => Judgement
                .Open("apport keeps the memory of crashed processes in /var/crash", evidence)
                .RepairedBy(
                    NoHandler,
                    new ManualRepair(
                        "disable apport, which sets kernel.core_pattern when it starts (systemctl disable --now apport.service)"
                    )
                ),
            { Program: "abrt-hook-ccpp" } => Judgement
                .Open("abrt keeps the memory of crashed processes in /var/spool/abrt", evidence)
                .RepairedBy(
                    NoHandler,
                    new ManualRepair(
                        "disable abrt, which sets kernel.core_pattern when it starts (systemctl disable --now abrt-ccpp.service)"
                    )
                ),
            { Program: { } program } => Judgement.Unknown($"needs to know what {program} keeps of a core dump", evidence),
            { Path: "" } => ToNoFile(facts, pattern.Evidence),
            _ => Judgement.Open("the memory of a crashed process is written to a file", evidence).RepairedBy(NoHandler),
        };
    }

    /// <summary>Whether the journal gets the environment of crashed processes.</summary>
    public static IEnumerable<Judgement> EnvironmentNotLogged(HostFacts facts)
    {
        Setting pattern = SystemSettings.Read(facts, Pattern);
        yield return HandlerOf(pattern) switch
        {
            { IsNone: true } => Judgement.Closed("this kernel makes no core dumps", pattern.Evidence),
            { IsUnknown: true } => Judgement.Unknown($"needs {Pattern}: {pattern.Problem ?? "nothing here sets it"}"),
            { Program: "systemd-coredump" } => Judgement
                .Open(
                    "systemd-coredump writes the environment and the arguments of crashed processes to the journal, whatever it keeps of "
                        + "their memory",
                    pattern.Evidence
                )
                .RepairedBy(NoHandler),
            { Program: null or "false" or "true" } => Judgement.Closed("no program sees crashed processes", pattern.Evidence),
            { Program: { } program } => Judgement.Unknown($"needs to know what {program} logs", pattern.Evidence),
        };
    }

    /// <summary>Whether processes with more rights than their user are dumped.</summary>
    public static IEnumerable<Judgement> NoPrivileged(HostFacts facts) => Privileged.Of(facts) is { } judgement ? [judgement] : [];

    private static Handler HandlerOf(Setting pattern)
    {
        if (pattern.Value is not { } text)
            return new Handler(
                null,
                null,
                IsNone: pattern.Problem is null && pattern.Evidence.Source.StartsWith("/proc/", StringComparison.Ordinal),
                IsUnknown: true
            );
        // Since 6.16, a pattern that begins with @ names a socket on which a program listens.
        if (text.StartsWith('@')) return new Handler(text, null);
        string[] words = text.TrimStart('|').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (!text.StartsWith('|')) return new Handler(null, text);
        return words.Length == 0 ? new Handler("false", null) : new Handler(words[0][(words[0].LastIndexOf('/') + 1)..], null);
    }

    // Even if it is to store nothing, it writes the dump to disk, processes it and deletes it. It does not if ProcessSizeMax forbids
    // processing too (coredump_submit of systemd's coredump-submit.c).
    private static Judgement BySystemd(HostFacts facts, Citation pattern)
    {
        Setting storage = Configured("Storage"),
            size = Configured("ProcessSizeMax"),
            external = Configured("ExternalSizeMax"),
            journal = Configured("JournalSizeMax");
        Citation[] evidence = [pattern, storage.Evidence, size.Evidence];
        if ((storage.Problem ?? size.Problem) is { } problem)
            return Judgement.Unknown($"needs the configuration of systemd-coredump: {problem}", pattern);
        bool stores = storage.Value switch { "none" => false, "journal" => !IsZero(journal), _ => !IsZero(external) };
        Repair[] repairs = [Set("Storage", "none"), Set("ProcessSizeMax", "0")];
        string where = storage.Value == "journal" ? "the journal" : "/var/lib/systemd/coredump";
        if (stores)
            return Judgement.Open($"systemd-coredump keeps the memory of crashed processes in {where}", evidence).RepairedBy(repairs);
        return IsZero(size)
            ? Judgement.Closed("systemd-coredump writes nothing of the memory of crashed processes", evidence)
            : Judgement
                .Open(
                    "systemd-coredump writes the memory of crashed processes to /var/lib/systemd/coredump and deletes it: the disk's "
                        + "blocks keep it",
                    evidence
                )
                .RepairedBy(repairs);

        Setting Configured(string key) => SystemdConfiguration.Read(facts, Service, "Coredump", key);
        Repair Set(string key, string value) => new DropIn("etc/systemd/coredump.conf.d/90-lethe.conf", "Coredump", key, value);
    }

    private static bool IsZero(Setting size) =>
        size.Value is { } text && text.TrimStart('0') is "" or "B" or "K" or "M" or "G" && text.StartsWith('0');

    // A file without a name cannot be created. But with kernel.core_uses_pid the process's number is its name.
    private static Judgement ToNoFile(HostFacts facts, Citation pattern)
    {
        Setting number = SystemSettings.Read(facts, UsesProcessNumber);
        return number.Value switch
        {
            "0" => Judgement.Closed("core dumps have no name to be written to", pattern, number.Evidence),
            null => Judgement.Unknown($"needs {UsesProcessNumber}: {number.Problem ?? "nothing here sets it"}", pattern),
            _ => Judgement
                .Open("the memory of a crashed process is written to a file named by its number", pattern, number.Evidence)
                .RepairedBy(NoHandler),
        };
    }

    private sealed record Handler(string? Program, string? Path, bool IsNone = false, bool IsUnknown = false);
}
