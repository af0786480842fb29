using Lethe.Disposal.Planning;
using Lethe.Disposal.Tracing;
using Lethe.Linux;
using Lethe.Media;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Workloads;

/// <summary>A process tree that runs and is traced: each process's memory is wiped at its end.</summary>
internal sealed class TracedTree : IRunningWorkload
{
    private const int MostWipeThreads = 4;

    private readonly Lock gate = new();
    private readonly Tracer tracer;
    private MemoryGroup? group;
    private int? process;

    private TracedTree(Tracer tracer) => this.tracer = tracer;

    /// <inheritdoc cref="IWorkload.Start"/>
    public static TracedTree Start(LaunchCommand command, AppliedPlan seals, Action ready, Action<string> notice)
    {
        _ = Scheduling.TryLockMemory();
        var options = new TracerOptions(
            Wipe: seals.Plan.IsSealed(Medium.AnonymousMemory),
            HoldAtExecute: !seals.Conditions.Options.Without.Contains("execve"),
            Math.Clamp(Environment.ProcessorCount, 1, MostWipeThreads));
        var tree = new TracedTree(
            new Tracer(options, seals.Objects, notice) { SegmentRemoved = seals.SegmentRemoved, IsPrivate = seals.IsPrivate }
        );
        try
        {
            using var launcher = new LauncherProcess(command, seals, notice);
            tree.process = launcher.Start(tree.tracer, started =>
            {
                seals.Started(started);
                tree.group = MemoryGroup.Of(started);
                ready();
            });
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Signal(int signal)
    {
        // Its number may be another's once it has ended.
        lock (gate)
        {
            if (process is { } number) TaskCalls.TrySignal(number, signal);
        }
    }

    /// <inheritdoc/>
    public WorkloadReport AwaitEnd()
    {
        TracerReport report = tracer.Ended.GetAwaiter().GetResult();
        lock (gate) process = null;
        var memory = new MemoryOutcome(report.Count.Wiped, report.Count.Swapped, report.Count.Verified, report.Missed);
        var mounts = new OwnMounts(report.MemoryFileSystems, report.PlacesLeft, report.MountNamespaces);
        return new WorkloadReport(report.Status ?? 0, memory, mounts, report.WipeMs)
        {
            CoreDumps = report.CoreDumps,
            OutOfMemoryKills = group?.OutOfMemoryKills() ?? 0,
            Tasks = report.Tasks,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => tracer.Dispose();
}
