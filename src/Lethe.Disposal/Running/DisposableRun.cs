using System.Diagnostics;
using Lethe.Disposal.Tracing;
using Lethe.Disposal.Wiping;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Media;
using Lethe.Media.FreeMemory;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Running;

/// <summary>One run of a command as a disposable workload: sealed, followed, ended, wiped, verified.</summary>
/// <param name="request">What is to be run.</param>
/// <param name="id">Names this run.</param>
/// <param name="notice">Gets sentences for the user.</param>
public sealed class DisposableRun(RunRequest request, string id, Action<string> notice) : ISealing, IDisposable
{
    private const int MostWipeThreads = 4, Ended = 0;
    private readonly KeptObjects objects = new();
    private readonly LaunchOrders orders = new();
    private readonly List<(ISeal Seal, SealedMedium Sealed)> seals = [];
    private readonly List<Action<int>> started = [];
    private readonly List<Action<int, int>> segmentRemoved = [];
    private readonly List<Action> beforeScrub = [];
    private PrivateFiles? privateFiles;
    private readonly Lock gate = new();
    private readonly List<int> early = [];
    private int? command;
    private MemoryGroup? memoryGroup;

    /// <inheritdoc/>
    public SealConditions Conditions => request.Plan.Conditions;

    /// <inheritdoc/>
    public string Id => id;

    /// <summary>Puts all seals in place, as planned.</summary>
    /// <exception cref="IOException">One cannot be put in place.</exception>
    public void Seal()
    {
        foreach ((ISeal seal, SealPlan plan) in request.Plan.Seals) seals.Add((seal, Apply(seal, plan)));
    }

    /// <summary>Starts the command and waits for its end and for everything that follows.</summary>
    /// <param name="ready">Called before the command is executed; what it throws keeps that from happening.</param>
    /// <param name="scrub">Scrubs free memory; null for no scrub.</param>
    /// <exception cref="RunException">It could not be started.</exception>
    public RunResult Run(Action ready, Func<ScrubResult>? scrub)
    {
        privateFiles?.Start();
        _ = Scheduling.TryLockMemory();
        var options = new TracerOptions(
            Wipe: !request.Options.Without.Contains("anonymous-memory"),
            HoldAtExecute: !request.Options.Without.Contains("execve"),
            Math.Clamp(Environment.ProcessorCount, 1, MostWipeThreads));
        using var tracer = new Tracer(options, objects, notice)
        {
            SegmentRemoved = (task, segment) => segmentRemoved.ForEach(act => act(task, segment)),
            IsPrivate = device => privateFiles?.Has(device) == true,
        };
        using WorkloadStart start = new(request, orders, notice);
        Begin(start, tracer, ready);
        DateTimeOffset began = DateTimeOffset.UtcNow;
        using var sweeping = new Sweeping(objects);
        TracerReport report = tracer.Ended.GetAwaiter().GetResult();
        DateTimeOffset ended = DateTimeOffset.UtcNow;
        lock (gate) command = Ended;

        long outOfMemoryKills = memoryGroup?.OutOfMemoryKills() ?? 0;
        long clock = Stopwatch.GetTimestamp();
        sweeping.Dispose();
        privateFiles?.Dispose();
        IReadOnlyDictionary<string, ObjectsOutcome> overwritten = objects.WipeAll();
        double wipeMs = report.WipeMs + Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        var memory = new MemoryOutcome(report.Count.Wiped, report.Count.Swapped, report.Count.Verified, report.Missed);
        // Places are given back first, so that a scrub reaches what they held.
        orders.Dispose();
        beforeScrub.ForEach(act => act());
        var end = new WorkloadEnd(memory, overwritten, new OwnMounts(report.MemoryFileSystems, report.PlacesLeft, report.MountNamespaces), report.CoreDumps, scrub?.Invoke());
        MediumOutcome[] media = [.. seals.Select(entry => End(entry.Seal, entry.Sealed, end))];
        return new RunResult
        {
            Began = began,
            Ended = ended,
            Status = report.Status ?? 0,
            Media = media,
            Unplanned = [.. seals.Zip(media).Where(pair => pair.First.Sealed.Gap is null && pair.Second.Verdict != Evidence.Verdict.Clean).Select(pair => pair.Second.Medium)],
            WipedBytes = memory.WipedBytes + overwritten.Values.Sum(objects => objects.WipedBytes),
            WipeMs = (long)wipeMs,
            Tasks = report.Tasks,
            OutOfMemoryKills = outOfMemoryKills,
        };
    }

    /// <summary>Whether the command runs, or has run: before that a signal waits for it.</summary>
    public bool HasBegun
    {
        get
        {
            lock (gate) return command is not null;
        }
    }

    /// <summary>Sends a signal to the command: at once while it runs, as soon as it runs when it does not yet.</summary>
    public void Forward(int signal)
    {
        lock (gate)
        {
            if (command is null) early.Add(signal);
            else if (command is > 0 and var process) TaskCalls.TrySignal(process, signal);
        }
    }

    /// <summary>Takes back what is in place for a command that did not start.</summary>
    public void Dispose()
    {
        privateFiles?.Dispose();
        objects.Dispose();
        orders.Dispose();
    }

    /// <summary>Takes back the seals of a command that did not start.</summary>
    public void Abandon()
    {
        foreach ((ISeal _, SealedMedium sealedMedium) in seals) sealedMedium.Abandon();
    }

    private void Begin(WorkloadStart start, Tracer tracer, Action ready)
    {
        int process;
        try
        {
            process = start.Start(tracer, objects, process =>
            {
                started.ForEach(act => act(process));
                memoryGroup = MemoryGroup.Of(process);
                ready();
            });
        }
        catch (RunException) when (FirstEarly is { } signal)
        {
            // One from the terminal reaches the launcher too.
            throw new RunException($"signal {signal} came before the command ran", "it was not started", 128 + signal);
        }

        lock (gate)
        {
            command = process;
            foreach (int signal in early) TaskCalls.TrySignal(process, signal);
        }
    }

    private int? FirstEarly
    {
        get
        {
            lock (gate) return early.Count > 0 ? early[0] : null;
        }
    }

    /// <inheritdoc/>
    public void MountPrivately(Descriptor mount, string directory, Medium medium)
    {
        orders.Mount(mount, directory);
        (privateFiles ??= new PrivateFiles(objects)).Watch(mount, medium.Name);
    }

    void ISealing.WhenStarted(Action<int> act) => started.Add(act);

    void ISealing.BeforeScrub(Action act) => beforeScrub.Add(act);

    void ISealing.WhenSegmentRemoved(Action<int, int> act) => segmentRemoved.Add(act);

    private SealedMedium Apply(ISeal seal, SealPlan plan)
    {
        orders.Add(plan);
        foreach (PrivateFileSystem place in plan.FileSystems) MountPrivately(place.Make(), place.Directory, seal.Medium);
        return plan.OpenBecause is { } reason ? new LeftOpen(seal.Medium, plan, reason) : seal.Apply(plan, this);
    }

    // One medium that fails must not hide what became of the others.
    private static MediumOutcome End(ISeal seal, SealedMedium sealedMedium, WorkloadEnd end)
    {
        try
        {
            return sealedMedium.End(end);
        }
        catch (IOException failure)
        {
            return new MediumOutcome(seal.Medium.Name, sealedMedium.How, PurgeMethod.None, 0, null, Evidence.Verdict.Inconclusive, failure.Message);
        }
    }

    private sealed class LeftOpen(Medium medium, SealPlan plan, string reason) : SealedMedium
    {
        public override string? How => null;

        public override string? Gap => plan.Gap;

        public override MediumOutcome End(WorkloadEnd end) =>
            new(medium.Name, null, PurgeMethod.None, 0, null, Evidence.Verdict.Inconclusive, reason);
    }
}
