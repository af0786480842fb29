using Lethe.Media.Sealing;

namespace Lethe.Media.PageCache;

/// <summary>
/// Files that the workload reads or writes outside its private places stay in the page cache like anybody's. Dropping
/// the cache puts the pages among the free ones, so it helps only where these are zeroed.
/// </summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("page-cache", "page cache");

    public SealedMedium Apply(ISealing sealing)
    {
        if (sealing.Options.KeepCache) return new Sealed(Medium, null, "the page cache is kept", _ => Outcome.Open("kept with --cache keep"));
        const string Gap = "page cache of files outside its private places (--read-only and private places keep data out of it)";
        return new Sealed(Medium, null, Gap, _ => Outcome.Open("files outside the private places are cached as anybody's"));
    }
}
