using Lethe.Linux;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;
using Lethe.Scanning.Sources.Live;

namespace Lethe.Scanning.Reporting;

/// <summary>Asks this machine's kernel about the pages in which a scan of living memory found something.</summary>
internal static class LiveAttribution
{
    private const int PageSize = 4096;

    /// <summary>Looks once through all processes for the users of the pages that were hit.</summary>
    /// <param name="source">What was scanned.</param>
    /// <param name="result">What was found.</param>
    /// <param name="unknown">Why nothing can be said, for people; null when it can.</param>
    /// <returns>Null when nothing can be said.</returns>
    public static LivePages? Of(Source source, ScanResult result, out string? unknown)
    {
        unknown = null;
        try
        {
            LivePages pages = LivePages.Open();
            HashSet<long> frames = FramesOf(source, result);
            // First of all, as finding out more takes memory, perhaps these very pages.
            foreach (long frame in frames) _ = pages.StateOf(frame);
            pages.FindOwners(frames);
            if (frames.Count > 0 && source is KernelCore core) pages.Kernel = KernelOf(core);
            return pages;
        }
        catch (LinuxException failure)
        {
            unknown = failure.Message;
            return null;
        }
    }

    /// <summary>The page frames that hits lie in.</summary>
    private static HashSet<long> FramesOf(Source source, ScanResult result)
    {
        var frames = new HashSet<long>();
        foreach (Hit hit in result.Hits)
        {
            long position = hit.Match.Position, end = position + hit.Match.Length;
            while (position < end && source.PhysicalOf(hit.Part, position) is var physical)
            {
                if (physical is { } address) frames.Add((long)(address / PageSize));
                position = NextPage(hit.Part, position);
            }
        }

        return frames;
    }

    /// <summary>Where in a part the next page begins.</summary>
    internal static long NextPage(Part part, long position)
    {
        long skew = (long)((part.Address ?? part.VirtualAddress ?? 0) % PageSize);
        return (position + skew) / PageSize * PageSize + PageSize - skew;
    }

    // A kernel whose layout is not known says nothing; its lists still do.
    private static ImagePages? KernelOf(KernelCore core)
    {
        try
        {
            return core.KernelNote is null ? null : ImagePages.Of(core.Memory, core.KernelNote, changes: true);
        }
        catch (UnknownLayoutException)
        {
            return null;
        }
    }
}
