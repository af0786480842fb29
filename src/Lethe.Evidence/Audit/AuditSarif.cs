using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Lethe.Evidence.Audit;

/// <summary>
/// Writes an audit as SARIF 2.1.0 (OASIS): a rule for each that was judged, a result for each judgement. In that standard's words what is
/// open has the kind <c>fail</c>, what is unknown the kind <c>open</c> (evaluated, but not enough was known to decide), and what is closed
/// the kind <c>pass</c>; both of these have no level (3.27.9, 3.27.10).
/// </summary>
public static class AuditSarif
{
    /// <summary>The most results; tools that take SARIF take no more of a run, and the JSON has them all.</summary>
    public const int MostResults = Sarif.MostResults;

    private const int FlushBytes = 64 << 10, MostNotifications = 100;

    /// <summary>Writes the document, ending with a newline.</summary>
    public static void Write(AuditReport report, Stream stream) => Sarif.Write(stream, json =>
    {
        WriteTool(json, report);
        WriteInvocation(json, report);
        WriteResults(json, report);
    });

    private static void WriteTool(Utf8JsonWriter json, AuditReport report)
    {
        Sarif.BeginDriver(json, report.Version);
        json.WriteStartArray("rules");
        foreach (AuditedRule rule in report.Rules)
        {
            json.WriteStartObject();
            json.WriteString("id", Printable.Of(rule.Id));
            Sarif.WriteMessage(json, "shortDescription", Printable.Of(rule.Title));
            Sarif.WriteMessage(json, "fullDescription", Printable.Of(rule.Why));
            Sarif.WriteMessage(json, "help", Help(rule));
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", Level(rule.Severity));
            json.WriteEndObject();
            json.WriteStartObject("properties");
            json.WriteStartArray("tags");
            foreach (string tag in rule.References.Prepend(rule.Medium).Distinct()) json.WriteStringValue(Printable.Of(tag));
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Sarif.EndDriver(json);
    }

    private static void WriteInvocation(Utf8JsonWriter json, AuditReport report)
    {
        Sarif.BeginInvocation(json, report.Began, report.DurationMs, report.Problems.Count == 0);
        int left = report.Findings.Count - MostResults;
        if (left > 0)
            Sarif.WriteNotification(json, "warning", $"{AuditText.Count(left, "further result", "further results")} not listed here");
        foreach (AuditProblem problem in report.Problems.Take(MostNotifications))
            Sarif.WriteNotification(json, "error", Printable.Of(problem.Text));
        if (report.Problems.Count > MostNotifications)
            Sarif.WriteNotification(
                json,
                "error",
                $"{AuditText.Number(report.Problems.Count - MostNotifications)} more could not be judged"
            );
        Sarif.EndInvocation(json);
    }

    private static void WriteResults(Utf8JsonWriter json, AuditReport report)
    {
        var rules = new Dictionary<string, int>();
        foreach (AuditedRule rule in report.Rules) rules.TryAdd(rule.Id, rules.Count);
        json.WriteStartArray("results");
        // What is left out when there are too many is what is closed.
        foreach (Finding finding in report.Findings.OrderBy(finding => AuditText.Order(finding.State)).Take(MostResults))
        {
            json.WriteStartObject();
            json.WriteString("ruleId", Printable.Of(finding.Rule));
            if (rules.TryGetValue(finding.Rule, out int rule)) json.WriteNumber("ruleIndex", rule);
            json.WriteString("kind", finding.State switch { Posture.Open => "fail", Posture.Unknown => "open", _ => "pass" });
            json.WriteString("level", finding.State == Posture.Open ? Level(finding.Severity) : "none");
            Sarif.WriteMessage(json, "message", Message(finding));
            WriteLocations(json, finding);
            json.WriteStartObject("partialFingerprints");
            json.WriteString("hostRuleSubject/v1", Fingerprint(finding));
            json.WriteEndObject();
            json.WriteStartObject("properties");
            json.WriteString("severity", AuditText.Word(finding.Severity));
            if (finding.Repair is not null) json.WriteString("repair", string.Join('\n', finding.Repair.Split('\n').Select(Printable.Of)));
            json.WriteEndObject();
            json.WriteEndObject();
            if (json.BytesPending > FlushBytes) json.Flush();
        }

        json.WriteEndArray();
    }

    // The place is the first file that says so; whatever else says so is related.
    private static void WriteLocations(Utf8JsonWriter json, Finding finding)
    {
        Citation? first = finding.Evidence.FirstOrDefault(line => EvidenceSource.IsFile(line.Source));
        json.WriteStartArray("locations");
        WriteLocation(json, first, message: null, finding);
        json.WriteEndArray();
        Citation[] others = [.. finding.Evidence.Where(line => !ReferenceEquals(line, first))];
        if (others.Length == 0) return;
        json.WriteStartArray("relatedLocations");
        foreach (Citation line in others)
            WriteLocation(json, EvidenceSource.IsFile(line.Source) ? line : null, AuditText.Evidence(line), null);
        json.WriteEndArray();
    }

    private static void WriteLocation(Utf8JsonWriter json, Citation? line, string? message, Finding? finding)
    {
        json.WriteStartObject();
        if (line is not null)
        {
            json.WriteStartObject("physicalLocation");
            json.WriteStartObject("artifactLocation");
            json.WriteString("uri", Sarif.FileUri(line.Source));
            json.WriteEndObject();
            if (line.Line is > 0 and var number)
            {
                json.WriteStartObject("region");
                json.WriteNumber("startLine", number);
                Sarif.WriteMessage(json, "snippet", Printable.Of(line.Text));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        if (finding is not null) WriteHost(json, finding);
        if (message is not null) Sarif.WriteMessage(json, "message", message);
        json.WriteEndObject();
    }

    private static void WriteHost(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartArray("logicalLocations");
        json.WriteStartObject();
        json.WriteString("name", Printable.Of(finding.Subject ?? finding.Host));
        json.WriteString("fullyQualifiedName", Printable.Of(finding.Subject is null ? finding.Host : $"{finding.Host}/{finding.Subject}"));
        json.WriteString("kind", finding.Subject is null ? "host" : "subject");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static string Message(Finding finding)
    {
        string subject = finding.Subject is null ? "" : $" ({Printable.Of(finding.Subject)})";
        return $"{Printable.Of(finding.Host)}: {Printable.Of(finding.Summary)}{subject}";
    }

    private static string Help(AuditedRule rule) => string.Join('\n', ((string?[])
    [
        Printable.Of(rule.Why),
        AuditText.Proof(rule.Routes) is { } proof ? $"Proof: {proof}" : null,
        rule.References.Count > 0 ? $"References: {string.Join("; ", rule.References.Select(Printable.Of))}" : null,
    ]).OfType<string>());

    private static string Level(Severity severity) =>
        severity switch
        {
            Severity.High => "error",
            Severity.Medium => "warning",
            _ => "note",
        };

    // The same finding has it in every audit, so that tools know it again when lines move.
    private static string Fingerprint(Finding finding) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{finding.Host}\0{finding.Rule}\0{finding.Subject}")).AsSpan(0, 16)
        );
}
