using Lethe.Disposal;
using Lethe.Disposal.Planning;
using Lethe.Disposal.Workloads;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Evidence.ExitCodes;
using Lethe.Media;
using Lethe.Media.Sealing;

namespace Lethe.Tests.Disposal;

/// <summary>A session's order of things, with a workload that is none: it only notes what is asked of it.</summary>
public sealed class SessionTests : IDisposable
{
    private static readonly SealConditions Conditions = new(
        WorkloadKind.ProcessTree,
        // What needs root is left out anyhow; the rest changes nothing of this process.
        new SealOptions { Without = [.. Lethe.Media.Matrix.MediaMatrix.Seals.Select(seal => seal.Medium.Name)] },
        new HostState("6.1.0", "boot", null));

    private readonly List<string> happened = [];
    private readonly string directory = Directory.CreateTempSubdirectory("lethe-session-").FullName;

    [Fact]
    public void A_workload_is_started_awaited_and_certified()
    {
        var workload = new Noted(happened) { Status = 7 << 8 };
        DisposalOutcome outcome = Session(workload, DisposalRecord.None()).Run();
        Assert.Equal(["start", "ready", "await", "dispose"], happened);
        Assert.Equal(7, outcome.Certificate.ExitCode);
        Assert.True(outcome.Recorded);
        Assert.Empty(outcome.Unplanned);
        Assert.Equal(7, ExitCodePolicy.OfRun(outcome.Certificate, outcome.Unplanned, requireClean: false, recorded: true));
        Assert.Equal(
            ExitCode.Inconclusive,
            ExitCodePolicy.OfRun(outcome.Certificate, outcome.Unplanned, requireClean: true, recorded: true)
        );
    }

    [Fact]
    public void It_is_on_record_before_it_runs_and_its_end_afterwards()
    {
        string ledger = $"{directory}/ledger";
        using (DisposalRecord record = DisposalRecord.Begin(ledger, $"{directory}/key", new Noted(happened)))
        {
            var workload = new Noted(happened)
            {
                WhenReady = () => happened.Add($"{Entries(ledger).Count(entry => entry.Certificate is null)} begun"),
            };
            Assert.True(Session(workload, record).Run().Recorded);
        }

        Assert.Equal(["start", "ready", "1 begun", "await", "dispose"], happened);
        Assert.NotNull(Assert.Single(Entries(ledger)).Certificate);
    }

    [Fact]
    public void One_that_cannot_be_started_is_on_record_as_that()
    {
        string ledger = $"{directory}/ledger";
        using (DisposalRecord record = DisposalRecord.Begin(ledger, $"{directory}/key", new Noted(happened)))
        {
            var workload = new Noted(happened) { WhenReady = () => throw new WorkloadException("it does not want to", "ask again", 126) };
            Assert.Equal(126, Assert.Throws<WorkloadException>(() => Session(workload, record).Run()).ExitCode);
        }

        MediumOutcome outcome = Assert.Single(Assert.Single(Entries(ledger)).Certificate!.Media);
        Assert.Equal((Verdict.Inconclusive, "the command was not started: it does not want to"), (outcome.Verdict, outcome.Reason));
    }

    [Fact]
    public void One_that_fails_before_the_ledger_is_open_is_on_record_too()
    {
        string ledger = $"{directory}/ledger";
        using (DisposalRecord record = DisposalRecord.Begin(ledger, $"{directory}/key", new Noted(happened)))
            Assert.Throws<IOException>(() => Session(new Noted(happened) { WhenAsked = () => throw new IOException("no") }, record).Run());
        Assert.NotNull(Assert.Single(Entries(ledger)).Certificate);
    }

    [Fact]
    public void Seals_are_ended_once_or_taken_back_once_wherever_it_fails()
    {
        Run(new Noted([]));
        Assert.Equal(["ended"], happened);
        happened.Clear();
        Assert.Throws<IOException>(() => Run(new Noted([]) { WhenAsked = () => throw new IOException("no") }));
        Assert.Equal(["taken back"], happened);
        happened.Clear();
        Assert.Throws<IOException>(() => Run(new Noted([]) { WhenAwaited = () => throw new IOException("lost") }));
        Assert.Equal(["taken back"], happened);

        void Run(Noted workload) =>
            new DisposalSession(workload, DisposalPlan.Of(Conditions, [new NotedSeal(happened)]), DisposalRecord.None(), _ => { }).Run();
    }

    [Fact]
    public void One_that_ran_is_not_said_to_have_not_been_started()
    {
        string ledger = $"{directory}/ledger";
        using (DisposalRecord record = DisposalRecord.Begin(ledger, $"{directory}/key", new Noted(happened)))
            Assert.Throws<IOException>(() =>
                Session(new Noted(happened) { WhenAwaited = () => throw new IOException("lost") }, record).Run()
            );
        Assert.Equal("its end could not be followed: lost", Assert.Single(Assert.Single(Entries(ledger)).Certificate!.Media).Reason);
    }

    [Fact]
    public void A_signal_that_comes_early_waits_and_one_that_comes_late_goes_nowhere()
    {
        var workload = new Noted(happened);
        DisposalSession session = Session(workload, DisposalRecord.None());
        session.Signal(15);
        Assert.False(session.HasBegun);
        session.Run();
        Assert.True(session.HasBegun);
        session.Signal(15);
        Assert.Equal(["start", "ready", "signal 15", "await", "dispose"], happened);
    }

    [Fact]
    public void A_signal_ends_what_was_not_started_yet()
    {
        DisposalSession session = null!;
        var workload = new Noted(happened) { WhenReady = () => throw new WorkloadException("the launcher ended by itself", "", 1) };
        session = Session(workload, DisposalRecord.None());
        session.Signal(2);
        Assert.Equal(130, Assert.Throws<WorkloadException>(session.Run).ExitCode);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static DisposalSession Session(IWorkload workload, DisposalRecord record) =>
        new(workload, DisposalPlan.Of(Conditions), record, _ => { });

    private static IReadOnlyList<LedgerEntry> Entries(string ledger)
    {
        using LedgerReader reader = LedgerReader.Open(ledger);
        return LedgerEntry.Of(reader.Records());
    }

    private sealed class Noted(List<string> happened) : IWorkload, IRunningWorkload
    {
        public Action WhenAsked { get; init; } = () => { };

        public Action WhenReady { get; init; } = () => { };

        public Action WhenAwaited { get; init; } = () => { };

        public int Status { get; init; }

        public WorkloadKind Kind => WorkloadKind.ProcessTree;

        public Workload Identity { get; } = Workload.ProcessTree(["noted"], record: true);

        public IRunningWorkload Start(AppliedPlan seals, Action ready, Action<string> notice)
        {
            happened.Add("start");
            WhenAsked();
            ready();
            happened.Add("ready");
            WhenReady();
            return this;
        }

        public void Signal(int signal) => happened.Add($"signal {signal}");

        public WorkloadReport AwaitEnd()
        {
            happened.Add("await");
            WhenAwaited();
            return new WorkloadReport(Status, new MemoryOutcome(0, 0, 0, null), new OwnMounts(0, 0, 0), 0);
        }

        public void Dispose() => happened.Add("dispose");
    }

    private sealed class NotedSeal(List<string> happened) : ISeal
    {
        public Medium Medium => Medium.SelfTest;

        public SealPlan Plan(SealConditions conditions) => new("noted");

        public SealedMedium Apply(SealPlan plan, ISealing sealing) => new NotedMedium(happened);
    }

    private sealed class NotedMedium(List<string> happened) : SealedMedium
    {
        public override string? How => "noted";

        public override MediumOutcome End(WorkloadEnd end)
        {
            happened.Add("ended");
            return new MediumOutcome("noted", How, PurgeMethod.None, 0, null, Verdict.Clean, null);
        }

        public override void Abandon() => happened.Add("taken back");
    }
}
