using System.Text.Json;

namespace Lethe.Evidence.Scan;

/// <summary>Writes what a scan found as SARIF 2.1.0 (OASIS): a rule for each pattern, a result for each hit.</summary>
public static class ScanSarif
{
    /// <summary>The most results; tools that take SARIF take no more of a run, and the JSON has them all.</summary>
    public const int MostResults = Sarif.MostResults;

    private const int MostNotifications = 100, FlushBytes = 64 << 10;
    private const int SureConfidence = 80, LikelyConfidence = 50;

    // Sources that are no files are named by a scheme, as a URI is.
    private static readonly string[] Schemes = ["kcore:", "pid:", "cgroup:", "qmp:", "pmem:"];

    /// <summary>Writes the document, ending with a newline.</summary>
    public static void Write(ScanReport report, Stream stream)
    {
        Sarif.Write(stream, json =>
        {
            Dictionary<(string, string), int> rules = WriteTool(json, report);
            WriteInvocation(json, report);
            WriteResults(json, report, rules);
        });
    }

    private static Dictionary<(string, string), int> WriteTool(Utf8JsonWriter json, ScanReport report)
    {
        var rules = new Dictionary<(string, string), int>();
        Sarif.BeginDriver(json, report.Version);
        json.WriteStartArray("rules");
        foreach (ScannedPattern pattern in report.Patterns)
        {
            if (!rules.TryAdd((pattern.Kind, pattern.Id), rules.Count)) continue;
            json.WriteStartObject();
            json.WriteString("id", RuleId(pattern.Kind, pattern.Id));
            Sarif.WriteMessage(json, "shortDescription", Description(pattern.Kind, pattern.Id));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Sarif.EndDriver(json);
        return rules;
    }

    private static void WriteInvocation(Utf8JsonWriter json, ScanReport report)
    {
        Sarif.BeginInvocation(json, report.Began, report.DurationMs, report.Unread.Count == 0);
        long left = Totals.Plus(Math.Max(0, report.Hits.Count - MostResults), report.HitsNotListed);
        if (left > 0) Sarif.WriteNotification(json, "warning", $"{ScanText.Count(left, "further hit")} not listed here");
        foreach (UnreadRange range in report.Unread.Take(MostNotifications)) Sarif.WriteNotification(json, "error", ScanText.Unread(range));
        if (report.Unread.Count > MostNotifications)
            Sarif.WriteNotification(
                json,
                "error",
                $"{ScanText.Count(report.Unread.Count - MostNotifications, "more range")} could not be read"
            );
        Sarif.EndInvocation(json);
    }

    private static void WriteResults(Utf8JsonWriter json, ScanReport report, Dictionary<(string, string), int> rules)
    {
        json.WriteStartArray("results");
        foreach (ScanHit hit in report.Hits.Take(MostResults))
        {
            json.WriteStartObject();
            json.WriteString("ruleId", RuleId(hit.Kind, hit.Id));
            if (rules.TryGetValue((hit.Kind, hit.Id), out int rule)) json.WriteNumber("ruleIndex", rule);
            json.WriteString("level", Level(hit));
            Sarif.WriteMessage(json, "message", Message(hit));
            json.WriteStartArray("locations");
            WriteLocation(json, hit);
            json.WriteEndArray();
            json.WriteStartObject("properties");
            json.WriteString("pageState", hit.PageState is null ? null : Printable.Of(hit.PageState));
            json.WriteString("owner", hit.Owner is null ? null : Printable.Of(hit.Owner));
            json.WriteBoolean("whole", hit.Whole);
            json.WriteNumber("patternOffset", hit.PatternOffset);
            json.WriteNumber("confidence", hit.Confidence);
            json.WriteEndObject();
            json.WriteEndObject();
            if (json.BytesPending > FlushBytes) json.Flush();
        }

        json.WriteEndArray();
    }

    private static void WriteLocation(Utf8JsonWriter json, ScanHit hit)
    {
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", ArtifactUri(hit.Source));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("byteOffset", hit.Offset);
        json.WriteNumber("byteLength", hit.Length);
        if (hit.Text is not null) Sarif.WriteMessage(json, "snippet", Printable.Of(hit.Text));
        json.WriteEndObject();
        // SARIF's addresses are numbers that a reader has to be able to count with; a larger one is only written out.
        if (hit.Physical is { } physical)
        {
            json.WriteStartObject("address");
            if (physical <= long.MaxValue) json.WriteNumber("absoluteAddress", physical);
            json.WriteNumber("length", hit.Length);
            json.WriteString("kind", "physical memory");
            json.WriteString("fullyQualifiedName", AddressConverter.Format(physical));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (hit.Part is not null)
        {
            json.WriteStartArray("logicalLocations");
            json.WriteStartObject();
            json.WriteString("name", Printable.Of(hit.Part));
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static string RuleId(string kind, string id) => $"{Printable.Of(kind)}/{Printable.Of(id)}";

    private static string Description(string kind, string id) => kind switch
    {
        "canary" => $"Bytes of canary {Printable.Of(id)} can still be read.",
        "residue-of" => $"Parts of {Printable.Of(id)} can still be read.",
        "secret" => $"A secret of kind {Printable.Of(id)} can be read.",
        _ => $"{ScanText.Name(kind, id)} was found.",
    };

    private static string Message(ScanHit hit)
    {
        string state = hit.PageState is null ? "" : $" ({ScanText.State(hit.PageState)})";
        string owner = hit.Owner is null ? "" : $", of {Printable.Of(hit.Owner)}";
        string part = hit.Part is null ? "" : $" {Printable.Of(hit.Part)}";
        string place = hit.Physical is { } physical
            ? $"at physical address {AddressConverter.Format(physical)}"
            : $"at offset 0x{hit.Offset:x}";
        return $"{ByteSize.Format(hit.Length)} of {ScanText.Name(hit.Kind, hit.Id)} {place} of "
            + $"{Printable.Of(hit.Source)}{part}{state}{owner}";
    }

    /// <summary>
    /// What was asked for by its bytes is an error wherever it is; what only looks like a secret, as far as that is sure.
    /// </summary>
    private static string Level(ScanHit hit) => hit.Kind is not ("secret" or "rule") || hit.Confidence >= SureConfidence ? "error"
        : hit.Confidence >= LikelyConfidence ? "warning"
        : "note";

    // A live source keeps its scheme.
    private static string ArtifactUri(string source) =>
        Schemes.FirstOrDefault(scheme => source.StartsWith(scheme, StringComparison.Ordinal)) is { } scheme
            ? scheme + Sarif.RelativeUri(source[scheme.Length..])
            : Sarif.FileUri(source);
}
