using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.KernelLogs;

/// <summary>Who may write to the kernel's log, and who may read it.</summary>
internal sealed class KernelLogsAudit : IAudit
{
    private const string Restricted = "kernel.dmesg_restrict", Writers = "kernel.printk_devkmsg", Crashes = "kernel.print-fatal-signals";

    public Medium Medium => Medium.KernelLogs;

    public IReadOnlyList<string> Wants =>
        [.. SystemSettings.Wants(Restricted, Writers, Crashes), .. KernelConfiguration.Wants, .. KernelCommandLine.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("kernel-log/read-by-administrators-only", Severity.Medium, "only administrators read the kernel's log",
            "The log names programs, their crashes and addresses, devices and mounts of all workloads.", ReadByAdministratorsOnly)
        {
            References = ["KSPP: kernel.dmesg_restrict=1", "SRG-OS-000138"],
        },
        new("kernel-log/not-written-by-programs", Severity.Medium, "programs do not write into the kernel's log",
            "Text written to /dev/kmsg stays in the log's ring until newer text takes its place. Clearing the log only hides it: all of "
                + "it was found in memory afterwards.",
            NotWrittenByPrograms
        )
        {
            Routes = ["kernel-log/cleared"],
            References = ["NIST SP 800-53 SI-12(3)"],
        },
        new("kernel-log/no-registers-of-crashes", Severity.Medium, "crashes do not put registers into the log",
            "With kernel.print-fatal-signals the registers and code of each program that crashes are written to the log, which disks and "
                + "log servers then keep.",
            NoRegistersOfCrashes
        )
        {
            Routes = ["kernel-log/cleared"],
        },
    ];

    private static IEnumerable<Judgement> ReadByAdministratorsOnly(HostFacts facts)
    {
        Setting setting = SystemSettings.Read(facts, Restricted);
        var built = KernelConfiguration.Of(facts);
        if (setting.Problem is not null) yield return Judgement.Unknown($"needs {Restricted}: {setting.Problem}");
        else if (setting.Value is { } value)
            yield return value != "0"
                ? Judgement.Closed("only administrators may read it", setting.Evidence)
                : Judgement.Open("everybody may read it", setting.Evidence).RepairedBy(new SystemSetting(Restricted, "1"));
        else if (facts.Scope != FactScope.Root) yield break;
        else if (built["SECURITY_DMESG_RESTRICT"] is null)
            yield return Judgement.Unknown($"needs the kernel's configuration ({built.Problem}), as nothing sets {Restricted}");
        else
            yield return built["SECURITY_DMESG_RESTRICT"] == "y"
                ? Judgement.Closed("only administrators may read it", built.Evidence("SECURITY_DMESG_RESTRICT")!)
                : Judgement.Open("everybody may read it", setting.Evidence).RepairedBy(new SystemSetting(Restricted, "1"));
    }

    private static IEnumerable<Judgement> NotWrittenByPrograms(HostFacts facts)
    {
        Setting setting = SystemSettings.Read(facts, Writers);
        var line = KernelCommandLine.Of(facts);
        if (setting.Problem is not null) yield return Judgement.Unknown($"needs {Writers}: {setting.Problem}");
        else if ((setting.Value ?? line.Last("printk.devkmsg")?.Value) is { } value)
        {
            Citation evidence = setting.Value is null ? line.Last("printk.devkmsg")!.Value.Evidence : setting.Evidence;
            yield return value == "off" ? Judgement.Closed("what programs write to /dev/kmsg is dropped", evidence) : Open(evidence);
        }
        else if (facts.Scope == FactScope.Root) yield return Open(setting.Evidence);

        // If the command line sets this, it cannot be changed later.
        static Judgement Open(Citation evidence) =>
            Judgement
                .Open("programs of administrators can write to /dev/kmsg, and what they write stays", evidence)
                .RepairedBy(new KernelParameter("printk.devkmsg", "off"));
    }

    private static IEnumerable<Judgement> NoRegistersOfCrashes(HostFacts facts)
    {
        Setting setting = SystemSettings.Read(facts, Crashes);
        if (setting.Problem is not null) yield return Judgement.Unknown($"needs {Crashes}: {setting.Problem}");
        else if (setting.Value is null && facts.Scope == FactScope.Files) yield break;
        else
            yield return setting.Value is null or "0"
                ? Judgement.Closed("crashes are logged without registers", setting.Evidence)
                : Judgement
                    .Open("registers of programs that crash are written to the log", setting.Evidence)
                    .RepairedBy(new SystemSetting(Crashes, "0"));
    }
}
