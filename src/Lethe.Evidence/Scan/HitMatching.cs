namespace Lethe.Evidence.Scan;

/// <summary>Compares the places of two scans' hits byte by byte: a hit may have lost its beginning, or be found in two parts.</summary>
internal sealed class HitMatching
{
    private readonly Dictionary<(ChangeKind, string?, string?), (long Hits, long Bytes)> sums = [];

    /// <summary>A space in which places can be compared: physical addresses of a source, or offsets in a part of it.</summary>
    private readonly record struct Space(string Kind, string Id, string Source, string? Part, bool Physical);

    /// <summary>A hit's place. Both ends fit: an address and a length that come to 2^64 were refused when they were read.</summary>
    private readonly record struct Place(ulong Start, ulong End, string? State);

    public static IReadOnlyList<ScanChange> Match(ScanReport before, ScanReport after, SourcePairs sources)
    {
        Dictionary<Space, List<Place>> first = Places(before, name => name), second = Places(after, sources.NameBefore);
        var changes = new List<ScanChange>();
        foreach (
            IGrouping<(string Kind, string Id), Space> pattern in first.Keys.Union(second.Keys).GroupBy(space => (space.Kind, space.Id))
        )
        {
            var matching = new HitMatching();
            foreach (Space space in pattern) matching.Add(first.GetValueOrDefault(space) ?? [], second.GetValueOrDefault(space) ?? []);
            changes.AddRange(
                matching
                    .sums.OrderBy(sum => sum.Key.Item1)
                    .ThenByDescending(sum => sum.Value.Bytes)
                    .ThenBy(sum => sum.Key.Item2, StringComparer.Ordinal)
                    .ThenBy(sum => sum.Key.Item3, StringComparer.Ordinal)
                .Select(sum => new ScanChange(
                    pattern.Key.Kind,
                    pattern.Key.Id,
                    sum.Key.Item1,
                    sum.Key.Item2,
                    sum.Key.Item3,
                    sum.Value.Hits,
                    sum.Value.Bytes
                ))
        );
        }

        return changes;
    }

    private static Dictionary<Space, List<Place>> Places(ScanReport report, Func<string, string> name)
    {
        var places = new Dictionary<Space, List<Place>>();
        foreach (ScanHit hit in report.Hits)
        {
            if (hit.Length <= 0) continue;
            bool physical = hit.Physical is not null;
            var space = new Space(hit.Kind, hit.Id, name(hit.Source), physical ? null : hit.Part, physical);
            if (!places.TryGetValue(space, out List<Place>? list)) places.Add(space, list = []);
            ulong start = hit.Physical ?? (ulong)hit.Offset;
            list.Add(new Place(start, start + (ulong)hit.Length, hit.PageState));
        }

        foreach (List<Place> list in places.Values)
            list.Sort((one, other) => one.Start != other.Start ? one.Start.CompareTo(other.Start) : one.End.CompareTo(other.End));
        return places;
    }

    private void Add(List<Place> before, List<Place> after)
    {
        AddBytes(Apart(before), Apart(after));
        AddHits(before, Apart(after), (hit, same) =>
            same is { } place ? (ChangeKind.Stayed, hit.State, place.State) : (ChangeKind.Went, hit.State, null)
        );
        AddHits(after, Apart(before), (hit, same) => same is null ? (ChangeKind.New, null, hit.State) : null);
    }

    /// <summary>The same bytes, each in one place only: of hits that overlap, the later one keeps what is its own.</summary>
    private static List<Place> Apart(List<Place> places)
    {
        var apart = new List<Place>(places.Count);
        ulong end = 0;
        foreach (Place place in places)
        {
            if (place.End <= end) continue;
            apart.Add(place with { Start = Math.Max(place.Start, end) });
            end = place.End;
        }

        return apart;
    }

    private void AddBytes(List<Place> before, List<Place> after)
    {
        int first = 0, second = 0;
        ulong at = 0;
        while (first < before.Count || second < after.Count)
        {
            Place? one = first < before.Count ? before[first] : null, other = second < after.Count ? after[second] : null;
            at = Math.Max(at, Math.Min(one?.Start ?? ulong.MaxValue, other?.Start ?? ulong.MaxValue));
            bool inOne = one is { } a && a.Start <= at, inOther = other is { } b && b.Start <= at;
            ulong until = Math.Min(
                inOne ? one!.Value.End : one?.Start ?? ulong.MaxValue,
                inOther ? other!.Value.End : other?.Start ?? ulong.MaxValue
            );
            var change = (inOne, inOther) switch
            {
                (true, true) => (ChangeKind.Stayed, one!.Value.State, other!.Value.State),
                (true, false) => (ChangeKind.Went, one!.Value.State, null),
                _ => (ChangeKind.New, (string?)null, other!.Value.State),
            };
            Count(change, 0, (long)Math.Min(until - at, long.MaxValue));
            at = until;
            if (inOne && one!.Value.End == at) first++;
            if (inOther && other!.Value.End == at) second++;
        }
    }

    /// <summary>Counts each hit by what became of it, which is told by the first place of the other scan that it touches.</summary>
    private void AddHits(List<Place> hits, List<Place> others, Func<Place, Place?, (ChangeKind, string?, string?)?> changeOf)
    {
        int next = 0;
        foreach (Place hit in hits)
        {
            while (next < others.Count && others[next].End <= hit.Start) next++;
            Place? touched = next < others.Count && others[next].Start < hit.End ? others[next] : null;
            if (changeOf(hit, touched) is { } change) Count(change, 1, 0);
        }
    }

    private void Count((ChangeKind, string?, string?) change, long hits, long bytes)
    {
        (long Hits, long Bytes) sum = sums.GetValueOrDefault(change);
        sums[change] = (sum.Hits + hits, Totals.Plus(sum.Bytes, bytes));
    }
}
