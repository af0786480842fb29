using Lethe.Linux;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;
using Lethe.Scanning.Sources.Live;

namespace Lethe.Scanning.Reporting;

/// <summary>Asks this machine's kernel about the pages of the hits in live memory.</summary>
internal static class LiveAttribution
{
    private const int PageSize = 4096;

    /// <summary>Finds the states of the pages that have hits, and then their users in one pass over all processes.</summary>
    /// <param name="source">The source that was scanned. It must still be open.</param>
    /// <param name="result">What was found.</param>
    /// <param name="unknown">Why page states are unknown, for people; null when they are known.</param>
    /// <returns>Null when page states are unknown.</returns>
    public static LivePages? Of(Source source, ScanResult result, out string? unknown)
    {
        unknown = null;
        try
        {
            LivePages pages = LivePages.Open();
            HashSet<long> frames = FramesOf(source, result);
            // States first: to find out more allocates memory, perhaps these very pages.
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

    /// <summary>The page frames that have hits.</summary>
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

    /// <summary>The position in a part where the next page begins.</summary>
    internal static long NextPage(Part part, long position)
    {
        long skew = (long)((part.Address ?? part.VirtualAddress ?? 0) % PageSize);
        return (position + skew) / PageSize * PageSize + PageSize - skew;
    }

    // Null for a kernel whose layout is not known. Its files in /proc still say what pages are.
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
