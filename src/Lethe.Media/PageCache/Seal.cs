using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.PageCache;

/// <summary>
/// Files that the workload reads or writes outside its private places stay in the page cache like anybody's. At the end
/// their cache is dropped; that puts the pages among the free ones, so it is done only where these are zeroed.
/// </summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("page-cache", "page cache");

    public SealedMedium Apply(ISealing sealing)
    {
        if (sealing.Options.KeepCache) return new Sealed(Medium, null, "the page cache is kept", _ => Outcome.Open("kept with --cache keep"));
        if (!ChildProcess.IsSuperuser) return new Sealed(Medium, null, "page cache: only root can see what was used", _ => Outcome.Open("only root can see what was used"));
        const string Gap = "page cache of files outside its private places: dropped pages would not be zeroed (--scrub closes it)";
        if (!sealing.ZeroesFreedMemory) return new Sealed(Medium, null, Gap, _ => Outcome.Open("not dropped, as dropped pages would not be zeroed; --scrub closes it"));
        var files = new UsedFiles();
        sealing.Unshare(Namespaces.CLONE_NEWNS);
        sealing.WhenStarted(files.Watch);
        var dropped = new Dropped(Medium, files);
        sealing.BeforeScrub(dropped.Drop);
        return dropped;
    }

    private sealed class Dropped(Medium medium, UsedFiles files) : SealedMedium
    {
        public override string? How => "the cache of files it used is dropped at the end";

        public void Drop() => files.Drop();

        public override MediumOutcome End(WorkloadEnd end)
        {
            string? open = files.Failed > 0 ? $"{files.Failed} of {files.Count} files could not be dropped"
                : files.WrittenLeft > 0 ? $"{files.WrittenLeft} files that it wrote stay in the cache, as somebody else uses them"
                : end.Mounts.Namespaces > 0 ? "it made mount namespaces of its own, and what was used there is not known"
                : files.Unwatched.Count > 0 ? $"what was used below {files.Unwatched[0]} is not known"
                : null;
            files.Dispose();
            return new Outcome(PurgeMethod.ReturnToZeroingAllocator, 0, $"{files.Count} files were dropped; {files.ReadLeft} that it only read are in use elsewhere and stay", open is null ? Verdict.Clean : Verdict.Inconclusive, open).Of(medium, How);
        }

        public override void Abandon() => files.Dispose();
    }
}
