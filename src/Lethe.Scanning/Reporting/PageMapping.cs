using Lethe.Evidence.Scan;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Reporting;

/// <summary>Makes the map of a source's physical pages for a picture.</summary>
internal static class PageMapping
{
    private const int MostCells = 1 << 20, PageSize = 4096;
    private static readonly PageState[] States = Enum.GetValues<PageState>();

    /// <summary>The map; null when the source has no page states.</summary>
    public static PageMap? Of(SourceFindings findings)
    {
        if (findings is not { Pages: { } pages, Source.Memory: { } memory }) return null;
        long frames = (memory.Length + PageSize - 1) / PageSize;
        int pagesPerCell = 1;
        while ((frames + pagesPerCell - 1) / pagesPerCell > MostCells) pagesPerCell *= 2;
        byte[] cells = new byte[(int)((frames + pagesPerCell - 1) / pagesPerCell)];
        Span<int> votes = stackalloc int[States.Length];
        for (int cell = 0; cell < cells.Length; cell++)
        {
            votes.Clear();
            long first = (long)cell * pagesPerCell, last = Math.Min(first + pagesPerCell, frames);
            for (long frame = first; frame < last; frame++) votes[(int)pages.StateOf(frame)]++;
            cells[cell] = Commonest(votes);
        }

        return new PageMap(
            findings.Source.Name,
            pagesPerCell,
            cells,
            [.. States.Select(PageStateName.Of)],
            Residue(findings, cells.Length, pagesPerCell)
        );
    }

    // Unknown states count only where nothing else is known: holes have no pages.
    private static byte Commonest(ReadOnlySpan<int> votes)
    {
        int best = -1;
        for (int state = 0; state < votes.Length; state++)
        {
            if (state != (int)PageState.Unknown && votes[state] > 0 && (best < 0 || votes[state] > votes[best])) best = state;
        }

        return best < 0 ? PageMap.NoMemory : (byte)best;
    }

    private static ushort[] Residue(SourceFindings findings, int cells, int pagesPerCell)
    {
        long[] bytes = new long[cells];
        long cellBytes = (long)pagesPerCell * PageSize;
        foreach (Hit hit in findings.Result.Hits)
        {
            if (findings.PhysicalOf(hit.Part, hit.Match.Position) is not { } address) continue;
            long at = (long)address, end = at + hit.Match.Length;
            for (; at < end && at / cellBytes < cells; at = (at / cellBytes + 1) * cellBytes)
                bytes[at / cellBytes] += Math.Min(end, (at / cellBytes + 1) * cellBytes) - at;
        }

        return Array.ConvertAll(bytes, count => (ushort)Math.Min(count, ushort.MaxValue));
    }
}
