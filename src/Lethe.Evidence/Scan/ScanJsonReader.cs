using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lethe.Evidence.Scan;

/// <summary>
/// Reads <c>lethe.scan/1</c>. Everything in it may be hostile: it is bounded, and its parts are checked against each other.
/// </summary>
internal sealed class ScanJsonReader(Stream stream)
{
    /// <summary>The longest hit, name or other single value, in bytes.</summary>
    public const int LongestValue = 256 << 10;

    private const long LongestDocument = 1L << 30;
    private const int LongestMap = 48 << 20;
    private const int MostHits = 1_000_000,
        MostPatterns = 1_000_000,
        MostSummaries = 2_000_000,
        MostUnread = 1_000_000,
        MostSources = 100_000,
        MostMaps = 64;
    private const int MostNamesKept = 100_000;

    private readonly JsonItems items = new(stream, LongestDocument);
    private readonly Dictionary<string, string> names = [];
    private readonly HashSet<string> seen = [];

    /// <exception cref="JsonException">The document is no such report.</exception>
    public ScanReport Read()
    {
        string? schema = null;
        string version = "";
        DateTimeOffset? began = null;
        long? duration = null;
        long notListed = 0;
        List<ScannedSource>? sources = null;
        List<ScannedPattern>? patterns = null;
        List<ScanHit>? hits = null;
        List<ScanSummary>? summary = null;
        List<UnreadRange>? unread = null;
        List<PageMap> maps = [];

        if (items.Next() != JsonTokenType.StartObject) throw new JsonException("it is not an object");
        while (items.NextProperty() is { } property)
        {
            if (schema is null && property != "schema") throw new JsonException("it does not begin with its schema");
            switch (property)
            {
                case "schema": schema = Once(property, Text()); break;
                case "version": version = Once(property, Text()); break;
                case "began": began = Once(property, items.Value(ScanJsonContext.Default.DateTimeOffset, LongestValue)); break;
                case "durationMs": duration = Once(property, Count()); break;
                case "hitsNotListed": notListed = Once(property, Count()); break;
                case "sources":
                    sources = Once(
                        property,
                        List(ScanJsonContext.Default.ScannedSource, MostSources, source =>
                            Require(source, source.Bytes >= 0 && source.DurationMs >= 0, "source")
                        )
                    );
                    break;
                case "patterns": patterns = Once(property, List(ScanJsonContext.Default.ScannedPattern, MostPatterns, Checked)); break;
                case "summary":
                    summary = Once(
                        property,
                        List(ScanJsonContext.Default.ScanSummary, MostSummaries, row =>
                            Require(row, row.Hits >= 0 && row.Bytes >= 0, "summary")
                        )
                    );
                    break;
                case "unread":
                    unread = Once(
                        property,
                        List(ScanJsonContext.Default.UnreadRange, MostUnread, range =>
                            Require(range, Fits(range.Offset, range.Length), "range")
                        )
                    );
                    break;
                case "hits": hits = Once(property, List(ScanJsonContext.Default.ScanHit, MostHits, Checked)); break;
                case "maps":
                    maps = Once(
                        property,
                        List(ScanJsonContext.Default.PageMap, MostMaps, map => Require(map, map.IsConsistent(), "map"), LongestMap)
                    );
                    break;
                default: items.Skip(); break;
            }

            if (schema != ScanJson.SchemaName) throw new JsonException($"its schema is {schema}, not {ScanJson.SchemaName}");
        }

        items.End();
        return new ScanReport
        {
            Version = version,
            Began = began ?? throw Lacks("began"),
            DurationMs = duration ?? throw Lacks("durationMs"),
            Sources = sources ?? throw Lacks("sources"),
            Patterns = patterns ?? throw Lacks("patterns"),
            Hits = hits ?? throw Lacks("hits"),
            HitsNotListed = notListed,
            Summary = summary ?? throw Lacks("summary"),
            Unread = unread ?? throw Lacks("unread"),
            Maps = maps,
        };
    }

    private static JsonException Lacks(string field) => new($"it lacks {field}");

    private T Once<T>(string property, T value) => seen.Add(property) ? value : throw new JsonException($"it has {property} twice");

    private string Text() => items.Value(ScanJsonContext.Default.String, LongestValue);

    private long Count() =>
        items.Value(ScanJsonContext.Default.Int64, LongestValue) is >= 0 and var count
            ? count
            : throw new JsonException("a count is below 0");

    private List<T> List<T>(JsonTypeInfo<T> type, int most, Func<T, T> check, int longest = LongestValue)
    {
        if (items.Next() != JsonTokenType.StartArray) throw new JsonException("a list is not an array");
        var list = new List<T>();
        while (items.HasItem())
        {
            if (list.Count == most) throw new JsonException($"it lists more than {most} of a kind");
            list.Add(check(items.Value(type, longest)));
        }

        return list;
    }

    private static T Require<T>(T item, bool holds, string what) => holds ? item : throw new JsonException($"a {what} contradicts itself");

    private static bool Fits(long offset, long length) => offset >= 0 && length >= 0 && offset <= long.MaxValue - length;

    private static ScannedPattern Checked(ScannedPattern pattern) =>
        Require(pattern, pattern.Length >= 0 && pattern.Hits >= 0 && pattern.Bytes >= 0 && pattern.CoveredBytes is null or >= 0, "pattern");

    private ScanHit Checked(ScanHit hit)
    {
        Require(hit, Fits(hit.Offset, hit.Length) && hit.PatternOffset >= 0 && hit.Confidence is >= 0 and <= 100
            && (hit.Physical is null || hit.Physical.Value <= ulong.MaxValue - (ulong)hit.Length), "hit");
        // A million hits name the same few things: kept once, they take a third of the memory.
        return hit with
        {
            Source = Kept(hit.Source)!,
            Part = Kept(hit.Part),
            Kind = Kept(hit.Kind)!,
            Id = Kept(hit.Id)!,
            PageState = Kept(hit.PageState),
            Owner = Kept(hit.Owner),
        };
    }

    private string? Kept(string? name)
    {
        if (name is null) return null;
        if (names.TryGetValue(name, out string? kept)) return kept;
        if (names.Count < MostNamesKept) names.Add(name, name);
        return name;
    }
}
