using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Media.PosixSharedMemory;

/// <summary>Whether shared memory has outlived the processes that shared it.</summary>
internal sealed class PosixSharedMemoryAudit : IAudit
{
    private const string Named = "memory-file:named/*", Deleted = "memory-file:deleted/*", Queues = "/dev/mqueue/*";

    public Medium Medium => Medium.PosixSharedMemory;

    public IReadOnlyList<string> Wants => [Named, Deleted, Queues];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("posix-shared-memory/nothing-left", Severity.Medium, "nothing in /dev/shm is left by processes that are gone",
            "Shared memory has a name in /dev/shm and stays, with its content, until somebody deletes it; the end of all who used it does "
                + "not.",
            NothingLeft
        )
        {
            Routes = ["posix-shared-memory/left", "posix-shared-memory/unlink"],
            References = ["NIST SP 800-53 SI-12(3)", "NIST SP 800-53 SI-14(2)"],
        },
        new("posix-shared-memory/deleted-not-held", Severity.Medium, "deleted shared memory is not held on to",
            "Deleted shared memory is freed when the last process that has it open or mapped lets go. A process that began after it was "
                + "made did not make it, and may not know that it holds it.",
            DeletedNotHeld
        )
        {
            References = ["NIST SP 800-53 SI-12(3)"],
        },
        new("posix-shared-memory/queues-read", Severity.Medium, "message queues hold no unread messages",
            "A message queue of mq_open(3) keeps its messages until they are read or it is deleted, whoever wrote them.", QueuesRead)
        {
            References = ["NIST SP 800-53 SI-12(3)"],
        },
    ];

    private static IEnumerable<Judgement> NothingLeft(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        bool complete = facts.IsComplete(Named, out string problem);
        // A semaphore of sem_open(3) is a file of 32 bytes, which need not be open anywhere.
        HeldMemoryFile[] left =
        [
            .. HeldMemoryFile
                .All(facts, Named)
                .Where(file =>
                    file.Holders.Count == 0 && file.Bytes > 0 && !file.Name.StartsWith("/dev/shm/sem.", StringComparison.Ordinal)
                ),
        ];
        if (!complete)
        {
            yield return Judgement.Unknown(
                $"needs to see what all processes have open ({problem})",
                [.. left.Take(5).Select(file => file.Evidence)]
            );
            yield break;
        }

        if (left.Length == 0) yield return Judgement.Closed("each file in /dev/shm is open or mapped by a process, or there is none");
        foreach (HeldMemoryFile file in left)
            yield return Judgement
                .Open($"no process has {file.Name} open or mapped, which keeps {file.Bytes} bytes", file.Evidence)
                .About(file.Name)
                .RepairedBy(new ManualRepair($"delete {file.Name}, or start what makes it under lethe run"));
    }

    private static IEnumerable<Judgement> DeletedNotHeld(HostFacts facts) =>
        HeldMemoryFile.JudgeHeld(facts, Deleted, "deleted shared memory");

    // "QSIZE:129 NOTIFY:0 SIGNO:0 NOTIFY_PID:0" (mq_overview(7)).
    private static IEnumerable<Judgement> QueuesRead(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host || !facts.Looked.Contains(Queues)) yield break;
        Reading[] queues = [.. facts.Matching(Queues)];
        foreach (Reading queue in queues)
        {
            string? size = queue
                .Lines.SelectMany(line => line.Words)
                .FirstOrDefault(word => word.StartsWith("QSIZE:", StringComparison.Ordinal))
                ?["QSIZE:".Length..];
            if (size is null)
                yield return Judgement.Unknown($"needs {queue.Path}: {queue.Problem ?? "it does not say its size"}").About(queue.Path);
            else if (size != "0")
                yield return Judgement
                    .Open($"{queue.Path} holds {size} bytes of messages that nobody has read", queue.Evidence)
                    .About(queue.Path)
                    .RepairedBy(new ManualRepair($"delete {queue.Path} once its readers are gone"));
            else yield return Judgement.Closed("it is empty", queue.Evidence).About(queue.Path);
        }
    }
}
