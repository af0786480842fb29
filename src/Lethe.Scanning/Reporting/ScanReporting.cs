using Lethe.Evidence.Scan;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Reporting;

/// <summary>Makes one report of what was found in several sources.</summary>
/// <param name="began">When the scan began.</param>
/// <param name="version">Lethe's version.</param>
/// <param name="withMaps">Whether maps of physical memory are wanted.</param>
public sealed class ScanReporting(DateTimeOffset began, string version, bool withMaps)
{
    private const int PageSize = 4096;

    private readonly List<ScannedSource> sources = [];
    private readonly List<ScanHit> hits = [];
    private readonly List<UnreadRange> unread = [];
    private readonly List<PageMap> maps = [];
    private readonly Dictionary<(string Kind, string Id), Tally> tallies = [];
    private readonly Dictionary<(string Kind, string Id, string? State), (long Hits, long Bytes)> summary = [];
    private long notListed;

    /// <summary>Gives the text that is shown for a hit, if the user asked to see it; null for none.</summary>
    public Func<SourceFindings, Hit, string?> Show { get; init; } = (_, _) => null;

    /// <summary>Notes a source that could not be opened.</summary>
    /// <param name="name">The source as the user named it.</param>
    /// <param name="because">Why it could not be opened.</param>
    public void Miss(string name, string because) => unread.Add(new UnreadRange(name, null, 0, 0, because));

    /// <summary>Adds what was found in a source. The source must still be open, as its pages are asked about.</summary>
    public void Add(SourceFindings findings)
    {
        ScanResult result = findings.Result;
        string name = findings.Source.Name;
        // Holes are known to be zero without being read.
        long covered = result.Complete && findings.Source.TotalBytes is { } all ? all : result.BytesRead;
        sources.Add(new ScannedSource(name, findings.Source.Form, covered, findings.DurationMs, findings.Kernel, findings.PagesUnknown));
        unread.AddRange(
            result.Unread.Select(range => new UnreadRange(
                name,
                range.Part?.Name,
                (range.Part is { } part && (part.Name is null || part.Process is not null) ? part.Offset : 0) + range.Offset,
                range.Bytes,
                range.Why
            ))
        );
        foreach (Pattern pattern in result.Patterns) _ = TallyOf(pattern);
        foreach ((int index, PatternCount count) in result.Counts) TallyOf(result.Patterns[index]).Add(count);
        long before = hits.Count;
        (long Frame, string? State, string? Owner) page = (-1, null, null);
        foreach (Hit hit in result.Hits) Add(findings, hit, ref page);
        notListed += result.Matches - (hits.Count - before);
        NoteUnlisted(result);
        if (withMaps && PageMapping.Of(findings) is { } map) maps.Add(map);
    }

    /// <summary>Makes the report of all that was added.</summary>
    /// <param name="durationMs">How long the whole scan took, in milliseconds.</param>
    public ScanReport Finish(long durationMs) => new()
    {
        Version = version,
        Began = began,
        DurationMs = durationMs,
        Sources = sources,
        Patterns =
        [
            .. tallies.Select(entry => new ScannedPattern(
                entry.Key.Kind,
                entry.Key.Id,
                entry.Value.Length,
                entry.Value.Hits,
                entry.Value.Bytes,
                entry.Value.CoveredBytes
            )),
        ],
        Hits = hits,
        HitsNotListed = notListed,
        Summary =
        [
            .. summary.Select(entry => new ScanSummary(
                entry.Key.Kind,
                entry.Key.Id,
                entry.Key.State,
                entry.Value.Hits,
                entry.Value.Bytes
            )),
        ],
        Unread = unread,
        Maps = maps,
    };

    // The last page is kept: a page often holds several hits in a row, and owners take long to find.
    private void Add(SourceFindings findings, Hit hit, ref (long Frame, string? State, string? Owner) page)
    {
        Match match = hit.Match;
        Pattern pattern = findings.Result.Patterns[match.Pattern];
        ulong? physical = findings.PhysicalOf(hit.Part, match.Position);
        string? state = null, owner = null;
        if (physical is { } address && findings.Pages is { } pages)
        {
            long frame = (long)(address / PageSize);
            if (frame != page.Frame) page = (frame, PageStateName.Of(pages.StateOf(frame)), pages.OwnerOf(frame));
            (_, state, owner) = page;
        }
        else if (physical is null) owner = findings.Source.HolderOf(hit.Part, match.Position);

        CountByPage(findings, pattern, hit);
        // In a mapping of a live process the offset is the address.
        long offset = (hit.Part.Name is null || hit.Part.Process is not null ? hit.Part.Offset : 0) + match.Position;
        hits.Add(new ScanHit(
            findings.Source.Name, hit.Part.Name, physical, offset, match.Length, pattern.Kind, pattern.Id, match.PatternOffset,
            findings.Result.IsWhole(match), match.Confidence, state, owner, Show(findings, hit)));
    }

    // A hit over several pages counts once, in the page where it begins. Its bytes count in the pages that hold them.
    private void CountByPage(SourceFindings findings, Pattern pattern, Hit hit)
    {
        long position = hit.Match.Position, end = position + hit.Match.Length;
        for (int hits = 1; position < end; hits = 0)
        {
            long next = Math.Min(end, LiveAttribution.NextPage(hit.Part, position));
            string? state =
                findings.Pages is { } pages && findings.PhysicalOf(hit.Part, position) is { } address
                    ? PageStateName.Of(pages.StateOf((long)(address / PageSize)))
                    : null;
            Count(pattern, state, hits, next - position);
            position = next;
        }
    }

    // Hits that are counted but not listed have no known page state.
    private void NoteUnlisted(ScanResult result)
    {
        if (result.Matches == result.Hits.Count) return;
        var listed = result
            .Hits.GroupBy(hit => hit.Match.Pattern)
            .ToDictionary(group => group.Key, group => (Hits: group.LongCount(), Bytes: group.Sum(hit => (long)hit.Match.Length)));
        foreach ((int index, PatternCount count) in result.Counts)
        {
            (long known, long bytes) = listed.GetValueOrDefault(index);
            if (count.Matches > known) Count(result.Patterns[index], null, count.Matches - known, count.Bytes - bytes);
        }
    }

    private void Count(Pattern pattern, string? state, long found, long bytes)
    {
        (long hitsBefore, long bytesBefore) = summary.GetValueOrDefault((pattern.Kind, pattern.Id, state));
        summary[(pattern.Kind, pattern.Id, state)] = (hitsBefore + found, bytesBefore + bytes);
    }

    private Tally TallyOf(Pattern pattern)
    {
        if (!tallies.TryGetValue((pattern.Kind, pattern.Id), out Tally? tally))
            tallies[(pattern.Kind, pattern.Id)] = tally = new Tally(pattern);
        return tally;
    }

    private sealed class Tally(Pattern pattern)
    {
        private readonly Coverage coverage = new();
        private readonly bool isFile = pattern.Kind is "canary" or "residue-of";

        public long Length => pattern.Length;

        public long Hits { get; private set; }

        public long Bytes { get; private set; }

        public long? CoveredBytes => isFile ? coverage.Bytes : null;

        public void Add(PatternCount count)
        {
            Hits += count.Matches;
            Bytes += count.Bytes;
            if (!isFile) return;
            foreach ((long start, long end) in count.Coverage.Ranges) coverage.Add(start, end);
        }
    }
}
