using System.Diagnostics;
using Lethe.Disposal.Planning;
using Lethe.Disposal.Workloads;
using Lethe.Evidence.Certificates;
using Lethe.Media.FreeMemory;
using Lethe.Media.Sealing;

namespace Lethe.Disposal;

/// <summary>
/// The end of one workload, of whatever kind, in its only order: put on record, sealed, started, ended, wiped, scrubbed, verified,
/// certified, recorded.
/// </summary>
/// <param name="workload">The workload.</param>
/// <param name="plan">How it is sealed; made for that kind of workload.</param>
/// <param name="record">Where its end is recorded.</param>
/// <param name="notice">Gets sentences for the user.</param>
public sealed class DisposalSession(IWorkload workload, DisposalPlan plan, DisposalRecord record, Action<string> notice)
{
    // This program's own file, which plays its roles.
    private static readonly string Program = Environment.ProcessPath!;

    private readonly Lock gate = new();
    private readonly List<int> early = [];
    private IRunningWorkload? running;
    private bool over;

    /// <summary>Whether the workload runs, or has run: before that a signal waits for it.</summary>
    public bool HasBegun
    {
        get
        {
            lock (gate) return running is not null || over;
        }
    }

    /// <summary>Sends a signal to the workload: at once while it runs, as soon as it runs when it does not yet.</summary>
    public void Signal(int signal)
    {
        lock (gate)
        {
            if (running is null && !over) early.Add(signal);
            else running?.Signal(signal);
        }
    }

    /// <summary>Runs the workload to its end, and everything that follows.</summary>
    /// <exception cref="Evidence.FailureException">It could not be started, and that is on record.</exception>
    /// <exception cref="IOException">A seal could not be put in place, and that is on record.</exception>
    public DisposalOutcome Run()
    {
        try
        {
            using AppliedPlan seals = AppliedPlan.Of(plan, record.Name);
            using ScrubAfterDeath? guard = plan.Conditions.Options.Scrub ? new ScrubAfterDeath(Program) : null;
            return Run(seals);
        }
        catch (Exception failure)
        {
            bool begun = HasBegun;
            lock (gate) (running, over) = (null, true);
            record.TryEnd(CertificateOf(failure, begun), notice);
            throw;
        }
    }

    private DisposalOutcome Run(AppliedPlan seals)
    {
        using IRunningWorkload started = Start(seals);
        DateTimeOffset began = DateTimeOffset.UtcNow;
        WorkloadReport report;
        using (seals.Sweep()) report = started.AwaitEnd();
        DateTimeOffset ended = DateTimeOffset.UtcNow;
        lock (gate) (running, over) = (null, true);

        long clock = Stopwatch.GetTimestamp();
        IReadOnlyDictionary<Media.Medium, ObjectsOutcome> overwritten = seals.Wipe();
        double wipeMs = report.WipeMs + Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        ScrubResult? scrub = plan.Conditions.Options.Scrub ? ScrubProcess.Run(Program) : null;
        (IReadOnlyList<MediumOutcome> media, IReadOnlyList<string> unplanned) = seals.End(
            new WorkloadEnd(report.Memory, overwritten, report.Mounts, report.CoreDumps, scrub)
        );
        var certificate = new EndCertificate
        {
            Id = record.Id,
            Version = Evidence.LetheVersion.Text,
            Workload = workload.Identity,
            Began = began,
            Ended = ended,
            // wait(2): the signal in the low seven bits, the exit code above.
            ExitCode = (report.Status & 0x7f) == 0 ? report.Status >> 8 & 0xff : null,
            Signal = (report.Status & 0x7f) == 0 ? null : report.Status & 0x7f,
            OutOfMemoryKills = report.OutOfMemoryKills,
            Host = plan.Conditions.Host,
            Media = media,
            WipedBytes = report.Memory.WipedBytes + overwritten.Values.Sum(objects => objects.WipedBytes),
            WipeMs = (long)wipeMs,
        };
        return new DisposalOutcome(certificate, unplanned, record.TryEnd(certificate, notice));
    }

    private IRunningWorkload Start(AppliedPlan seals)
    {
        try
        {
            IRunningWorkload started = workload.Start(seals, () => record.AwaitBegun(notice), notice);
            lock (gate)
            {
                running = started;
                foreach (int signal in early) started.Signal(signal);
            }

            return started;
        }
        catch (Exception failure)
        {
            lock (gate)
            {
                // One from the terminal reaches the launcher too.
                if (failure is WorkloadException && early is [var signal, ..])
                    throw new WorkloadException(
                        $"signal {signal} came before the command ran",
                        "it was not started",
                        Evidence.ExitCodes.ExitCodePolicy.OfSignal(signal)
                    );
            }

            throw;
        }
    }

    private EndCertificate CertificateOf(Exception failure, bool begun) => new()
    {
        Id = record.Id,
        Version = Evidence.LetheVersion.Text,
        Workload = workload.Identity,
        Began = record.Asked,
        Ended = DateTimeOffset.UtcNow,
        Host = plan.Conditions.Host,
        Media =
        [
            new MediumOutcome(
                "none", null, PurgeMethod.None, 0, null, Evidence.Verdict.Inconclusive,
                begun ? $"its end could not be followed: {failure.Message}" : $"the command was not started: {failure.Message}"),
        ],
        WipedBytes = 0,
        WipeMs = 0,
    };
}
