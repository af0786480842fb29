using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.PageCache;

/// <summary>
/// Files that the workload reads or writes outside its private places stay in the page cache, as any other files do. At the
/// end their page cache is dropped. That frees the pages, so it is done only where freed memory is zeroed.
/// </summary>
internal sealed class PageCacheSeal : ISeal
{
    public Medium Medium => Medium.PageCache;

    public SealPlan Plan(SealConditions conditions)
    {
        const string NotZeroed = "not dropped, as dropped pages would not be zeroed; --scrub closes it";
        const string NotSeen = "only root can see what was used";
        if (conditions.Options.KeepCache) return SealPlan.Open("kept with --cache keep");
        if (!ChildProcess.IsSuperuser) return SealPlan.Open(NotSeen);
        return conditions.ZeroesFreedMemory
            ? new SealPlan("the cache of files it used is dropped at the end") { Namespaces = Namespaces.CLONE_NEWNS }
            : SealPlan.Open(NotZeroed);
    }

    public SealedMedium Apply(SealPlan plan, ISealing sealing)
    {
        var files = new UsedFiles();
        sealing.WhenStarted(files.Watch);
        var dropped = new Dropped(Medium, plan, files, sealing.Conditions.KernelZeroes);
        sealing.BeforeScrub(dropped.Drop);
        return dropped;
    }

    private sealed class Dropped(Medium medium, SealPlan plan, UsedFiles files, bool zeroes) : SealedMedium
    {
        public override string? How => plan.How;

        public void Drop() => files.Drop();

        public override MediumOutcome End(WorkloadEnd end)
        {
            string? open = files.Failed > 0 ? $"{files.Failed} of {files.Count} files could not be dropped"
                : files.WrittenLeft > 0 ? $"{files.WrittenLeft} files that it wrote stay in the cache, as somebody else uses them"
                : end.Mounts.Namespaces > 0 ? "it made mount namespaces of its own, and what was used there is not known"
                : files.Unwatched.Count > 0 ? $"what was used below {files.Unwatched[0]} is not known"
                : null;
            files.Dispose();
            string verification = $"{files.Count} files were dropped; {files.ReadLeft} that it only read are in use elsewhere and stay";
            var dropped = new Outcome(PurgeMethod.ReturnToZeroingAllocator, 0, verification, Verdict.Clean, null);
            Outcome outcome = open is not null
                ? dropped.Doubted(open)
                : dropped.Freed(end, zeroes, "the dropped pages were not zeroed: the scrub did not come to its end");
            return outcome.Of(medium, How);
        }

        public override void Abandon() => files.Dispose();
    }
}
