using System.Globalization;
using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.SysvSharedMemory;

/// <summary>Whether segments and messages outlive their creators (proc(5): /proc/sysvipc).</summary>
internal sealed class SysvSharedMemoryAudit : IAudit
{
    private const string Segments = "/proc/sysvipc/shm", Queues = "/proc/sysvipc/msg", Forced = "kernel.shm_rmid_forced";

    public Medium Medium => Medium.SysvSharedMemory;

    public IReadOnlyList<string> Wants => [Segments, Queues, .. SystemSettings.Wants(Forced)];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("sysv-shared-memory/nothing-left", Severity.High, "no segment is left that nobody is attached to",
            "A segment stays with its content until somebody removes it or the machine ends, also when every process that used it is gone.",
            SegmentsUsed
        )
        {
            Routes = ["sysv-shared-memory/left", "sysv-shared-memory/remove"],
            References = ["NIST SP 800-53 SI-12(3)", "NIST SP 800-53 SI-14(2)"],
        },
        new("sysv-shared-memory/queues-read", Severity.Medium, "message queues hold no unread messages",
            "Messages stay in a queue until they are read or the queue is removed, also when sender and reader are gone.", QueuesRead)
        {
            References = ["NIST SP 800-53 SI-12(3)"],
        },
        new("sysv-shared-memory/removed-with-last-user", Severity.Low, "segments go with their last user",
            "With kernel.shm_rmid_forced the kernel removes a segment when the last process lets go of it; otherwise each killed program "
                + "may leave one.",
            RemovedWithLastUser
        )
        {
            Routes = ["sysv-shared-memory/left"],
            References = ["NIST SP 800-53 SI-14(2)"],
        },
    ];

    private static IEnumerable<Judgement> SegmentsUsed(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        Reading table = facts.Read(Segments);
        if (table.IsUnknown || Columns(table, "shmid", "size", "nattch", "uid") is not { } columns)
        {
            yield return table.IsAbsent
                ? Judgement.Closed("this kernel has no SysV shared memory", table.Evidence)
                : Judgement.Unknown($"needs {Segments}: {table.Problem ?? "its columns are not known"}");
            yield break;
        }

        bool any = false;
        foreach (TextLine line in table.Lines.Skip(1))
        {
            string[] words = line.Words;
            if (
                words.Length <= columns.Max()
                || words[columns[2]] != "0"
                || !long.TryParse(words[columns[1]], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
                || bytes == 0
            )
                continue;
            any = true;
            yield return Judgement
                .Open($"segment {words[columns[0]]} keeps {bytes} bytes that no process is attached to", line.Evidence)
                .About($"segment {words[columns[0]]} of user {words[columns[3]]}")
                .RepairedBy(
                    new SystemSetting(Forced, "1"),
                    new ManualRepair($"remove it when nobody needs it: ipcrm -m {words[columns[0]]}")
                );
        }

        if (!any)
            yield return Judgement.Closed(
                "each segment has a process attached, or there is none",
                new Citation(Segments, null, $"{table.Lines.Skip(1).Count(line => line.Text.Length > 0)} segments")
            );
    }

    private static IEnumerable<Judgement> QueuesRead(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        Reading table = facts.Read(Queues);
        if (table.IsUnknown || Columns(table, "msqid", "cbytes", "uid") is not { } columns)
        {
            if (!table.IsAbsent) yield return Judgement.Unknown($"needs {Queues}: {table.Problem ?? "its columns are not known"}");
            yield break;
        }

        bool any = false;
        foreach (TextLine line in table.Lines.Skip(1))
        {
            string[] words = line.Words;
            if (words.Length <= columns.Max() || words[columns[1]] == "0") continue;
            any = true;
            yield return Judgement
                .Open($"queue {words[columns[0]]} holds {words[columns[1]]} bytes of messages that nobody has read", line.Evidence)
                .About($"queue {words[columns[0]]} of user {words[columns[2]]}")
                .RepairedBy(new ManualRepair($"remove it when its readers are gone: ipcrm -q {words[columns[0]]}"));
        }

        if (!any)
            yield return Judgement.Closed(
                "no queue holds messages",
                new Citation(Queues, null, $"{table.Lines.Skip(1).Count(line => line.Text.Length > 0)} queues")
            );
    }

    private static IEnumerable<Judgement> RemovedWithLastUser(HostFacts facts)
    {
        Setting setting = SystemSettings.Read(facts, Forced);
        if (setting.Problem is not null) yield return Judgement.Unknown($"needs {Forced}: {setting.Problem}");
        else if (setting.Value == "1")
            yield return Judgement.Closed("the kernel removes segments that nobody is attached to", setting.Evidence);
        else if (setting.Value is not null || facts.Scope == FactScope.Root)
            yield return Judgement
                .Open("segments outlive the processes that used them", setting.Evidence)
                .RepairedBy(new SystemSetting(Forced, "1"));
    }

    // Columns are found by their headings, as the kernel sometimes adds columns.
    private static int[]? Columns(Reading table, params ReadOnlySpan<string> names)
    {
        if (table.Lines.Count == 0) return null;
        string[] heads = table.Lines[0].Words;
        int[] columns = new int[names.Length];
        for (int index = 0; index < names.Length; index++) columns[index] = Array.IndexOf(heads, names[index]);
        return columns.Contains(-1) ? null : columns;
    }
}
