using Lethe.Disposal.Launching;
using Lethe.Disposal.Keeping;
using Lethe.Disposal.Wiping;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Media;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Planning;

/// <summary>A plan whose seals are in place: what they keep, what the launcher is to do, and what is to happen when.</summary>
public sealed class AppliedPlan : ISealing, IDisposable
{
    private readonly List<(ISeal Seal, SealedMedium Sealed)> seals = [];
    private readonly List<Action<int>> started = [];
    private readonly List<Action<int, int>> segmentRemoved = [];
    private readonly List<Action> beforeScrub = [];
    private PrivateFiles? privateFiles;
    private bool ended;

    private AppliedPlan(DisposalPlan plan, string id) => (Plan, Id) = (plan, id);

    /// <summary>The plan.</summary>
    public DisposalPlan Plan { get; }

    /// <inheritdoc/>
    public SealConditions Conditions => Plan.Conditions;

    /// <inheritdoc/>
    public string Id { get; }

    /// <summary>Objects that are kept until they are overwritten.</summary>
    internal KeptObjects Objects { get; } = new();

    /// <summary>What the process that becomes the workload does to itself.</summary>
    internal LaunchList Launch { get; } = new();

    /// <summary>Puts all seals of a plan in place.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="id">Names the run, for what needs a name.</param>
    /// <exception cref="IOException">One cannot be put in place; then none is.</exception>
    internal static AppliedPlan Of(DisposalPlan plan, string id)
    {
        var applied = new AppliedPlan(plan, id);
        try
        {
            foreach ((ISeal seal, SealPlan planned) in plan.Seals) applied.seals.Add((seal, applied.Apply(seal, planned)));
            applied.privateFiles?.Start();
            return applied;
        }
        catch
        {
            applied.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void MountPrivately(Descriptor mount, string directory, Medium medium)
    {
        Launch.Mount(mount, directory);
        (privateFiles ??= new PrivateFiles(Objects)).Watch(mount, medium);
    }

    void ISealing.WhenStarted(Action<int> act) => started.Add(act);

    void ISealing.BeforeScrub(Action act) => beforeScrub.Add(act);

    void ISealing.WhenSegmentRemoved(Action<int, int> act) => segmentRemoved.Add(act);

    /// <summary>Says that the workload's first process is there and runs nothing of its own yet.</summary>
    internal void Started(int process) => started.ForEach(act => act(process));

    /// <summary>Says that a task is about to remove a System V segment.</summary>
    internal void SegmentRemoved(int task, int segment) => segmentRemoved.ForEach(act => act(task, segment));

    /// <summary>Whether a device is one of the workload's private places.</summary>
    internal bool IsPrivate(ulong device) => privateFiles?.Has(device) == true;

    /// <summary>Lets go, until it is disposed of, of objects that the workload has done with.</summary>
    internal IDisposable Sweep() => new Sweeping(Objects);

    /// <summary>Overwrites whatever is kept, and gives the private places back. The workload has ended.</summary>
    internal IReadOnlyDictionary<Medium, ObjectsOutcome> Wipe()
    {
        privateFiles?.Dispose();
        IReadOnlyDictionary<Medium, ObjectsOutcome> overwritten = Objects.WipeAll();
        // Before free memory is scrubbed, so that the scrub reaches what they held.
        Launch.Dispose();
        beforeScrub.ForEach(act => act());
        return overwritten;
    }

    /// <summary>Ends each seal, and says what came of its medium.</summary>
    /// <returns>The media; and the names of those that stay open although the plan did not say so.</returns>
    internal (IReadOnlyList<MediumOutcome> Media, IReadOnlyList<string> Unplanned) End(WorkloadEnd end)
    {
        MediumOutcome[] media = [.. seals.Select(entry => End(entry.Seal, entry.Sealed, end))];
        ended = true;
        IEnumerable<string> unplanned =
            from pair in seals.Zip(media)
            where pair.First.Sealed.Gap is null && pair.Second.Verdict.IsOpen()
            select pair.Second.Medium;
        return (media, [.. unplanned]);
    }

    /// <summary>Gives everything back. Seals that did not come to their end, whatever went wrong, are taken back.</summary>
    public void Dispose()
    {
        foreach ((ISeal _, SealedMedium sealedMedium) in ended ? [] : seals) sealedMedium.Abandon();
        privateFiles?.Dispose();
        Objects.Dispose();
        Launch.Dispose();
    }

    private SealedMedium Apply(ISeal seal, SealPlan plan)
    {
        Launch.Add(plan);
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
            return new MediumOutcome(seal.Medium.Name, sealedMedium.How, PurgeMethod.None, 0, null, Verdict.Inconclusive, failure.Message);
        }
    }

    private sealed class LeftOpen(Medium medium, SealPlan plan, string reason) : SealedMedium
    {
        public override string? How => null;

        public override string? Gap => plan.Gap;

        public override MediumOutcome End(WorkloadEnd end) =>
            new(medium.Name, null, PurgeMethod.None, 0, null, Verdict.Inconclusive, reason);
    }
}
