using Lethe.Evidence.Audit;

namespace Lethe.Tests.Media.Auditing;

public sealed class SharedMemoryAuditTests
{
    private const string Left = "posix-shared-memory/nothing-left",
        Deleted = "posix-shared-memory/deleted-not-held",
        Held = "memfd/not-held",
        Segments = "sysv-shared-memory/nothing-left";
    private const string SegmentHead =
        "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime    "
            + "               rss                  swap\n";
    private const string QueueHead =
        "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n";

    [Fact]
    public void Files_that_nobody_uses_are_open()
    {
        Assert.Equal(
            "/dev/shm/ring",
            new MemoryHost()
                .Sourced("memory-file:named/ring", "/dev/shm/ring", "name /dev/shm/ring\nbytes 8388608\nowner 1000\nmade 1732295000")
                .IsOpen(Left)
                .Subject
        );
        new MemoryHost()
            .Sourced(
                "memory-file:named/ring",
                "/dev/shm/ring",
                "name /dev/shm/ring\nbytes 8388608\nowner 1000\nmade 1732295000\nholder 71 since 1732294000 jackd"
            )
            .IsClosed(Left);
        new MemoryHost()
            .Sourced("memory-file:named/sem.lock", "/dev/shm/sem.lock", "name /dev/shm/sem.lock\nbytes 32\nowner 1000\nmade 1732295000")
            .IsClosed(Left);
        new MemoryHost().Denied("memory-file:named/processes").IsUnknown(Left);
        new MemoryHost().NothingLooked().IsUnknown(Left);
    }

    [Fact]
    public void A_memory_file_older_than_all_who_hold_it_has_lost_its_maker()
    {
        Judge("1732294000", Posture.Closed);
        Judge("1732295001", Posture.Closed);
        Judge("1732295500", Posture.Open);
        Judge("0", Posture.Unknown);
        new MemoryHost().Denied("memory-file:memfd/processes").IsUnknown(Held);

        static void Judge(string since, Posture expected) => Assert.Equal(expected, new MemoryHost()
            .Sourced(
                "memory-file:memfd/1034",
                "/memfd:secret (deleted)",
                $"name /memfd:secret (deleted)\nbytes 8388608\nowner 0\nmade 1732295000\nholder 812 since {since} keeper of files"
            )
            .One(Held)
            .State
    );
    }

    [Fact]
    public void One_holder_that_may_have_made_it_is_enough() => new MemoryHost()
        .Sourced(
            "memory-file:memfd/1034",
            "/memfd:x (deleted)",
            "name /memfd:x (deleted)\nbytes 4096\nowner 0\nmade 1732295000\nholder 1 since 1732290000 maker\nholder 9 since 1732299999 "
                + "child"
        )
        .IsClosed(Held);

    [Fact]
    public void A_program_that_is_run_from_memory_is_no_data() => new MemoryHost()
        .Sourced(
            "memory-file:memfd/1034",
            "/memfd:runc (deleted)",
            "name /memfd:runc (deleted)\nbytes 4096\nowner 0\nmade 1732295000\nholder 9 since 1732299999 runc\nprogram"
        )
        .IsClosed(Held);

    [Fact]
    public void Deleted_shared_memory_is_judged_likewise()
    {
        new MemoryHost()
            .Sourced(
                "memory-file:deleted/7",
                "/dev/shm/x (deleted)",
                "name /dev/shm/x (deleted)\nbytes 4096\nowner 0\nmade 1732295000\nholder 9 since 1732299999 child"
            )
            .IsOpen(Deleted);
        new MemoryHost().IsClosed(Deleted);
        new MemoryHost()
            .Sourced(
                "memory-file:deleted/7",
                "/dev/shm/x (deleted)",
                "name /dev/shm/x (deleted)\nbytes 4096\nowner 0\nmade 0\nholder 9 since 1732299999 child"
            )
            .IsUnknown(Deleted);
    }

    [Fact]
    public void Segments_without_users_are_open()
    {
        const string used =
            "         0     229376  1600              393216  3182  3290      2  1000  1000  1000  1000 1732290000 1732290000 1732290000  "
                + "              393216                     0\n";
        const string left =
            "1362170113          3   600             8388608   812   812      0  1000  1000  1000  1000 1732290000 1732290000 1732290000  "
                + "             8388608                     0\n";
        new MemoryHost().With("/proc/sysvipc/shm", SegmentHead).IsClosed(Segments);
        new MemoryHost().With("/proc/sysvipc/shm", SegmentHead + used).IsClosed(Segments);
        Assert.Equal(
            "segment 3 of user 1000",
            new MemoryHost().With("/proc/sysvipc/shm", SegmentHead + used + left).IsOpen(Segments).Subject
        );
        new MemoryHost().Denied("/proc/sysvipc/shm").IsUnknown(Segments);
        new MemoryHost().With("/proc/sysvipc/shm", "nonsense\n").IsUnknown(Segments);
        new MemoryHost().With("/proc/sys/kernel/shm_rmid_forced", "0\n").IsOpen("sysv-shared-memory/removed-with-last-user");
        new MemoryHost().With("/proc/sys/kernel/shm_rmid_forced", "1\n").IsClosed("sysv-shared-memory/removed-with-last-user");
        new MemoryHost().Denied("/proc/sys/kernel/shm_rmid_forced").IsUnknown("sysv-shared-memory/removed-with-last-user");
    }

    [Fact]
    public void Unread_messages_are_open()
    {
        const string rule = "sysv-shared-memory/queues-read",
            message =
                "         0          1   644        2048          4   812     0  1000  1000  1000  1000 1732290000          0 1732290000\n";
        new MemoryHost().With("/proc/sysvipc/msg", QueueHead).IsClosed(rule);
        new MemoryHost().With("/proc/sysvipc/msg", QueueHead + message).IsOpen(rule);
        new MemoryHost().Denied("/proc/sysvipc/msg").IsUnknown(rule);
        new MemoryHost()
            .With("/dev/mqueue/jobs", "QSIZE:129        NOTIFY:0     SIGNO:0     NOTIFY_PID:0\n")
            .IsOpen("posix-shared-memory/queues-read");
        new MemoryHost()
            .With("/dev/mqueue/jobs", "QSIZE:0          NOTIFY:0     SIGNO:0     NOTIFY_PID:0\n")
            .IsClosed("posix-shared-memory/queues-read");
        new MemoryHost().Denied("/dev/mqueue/jobs").IsUnknown("posix-shared-memory/queues-read");
    }
}
