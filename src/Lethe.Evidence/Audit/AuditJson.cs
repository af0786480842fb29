using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lethe.Evidence.Audit;

/// <summary>
/// Writes an audit (docs/schemas/lethe.audit.1.json) and a list of rules (docs/schemas/lethe.audit-rules.1.json) as JSON.
/// </summary>
public static class AuditJson
{
    /// <summary>The schema's name, the first field.</summary>
    public const string SchemaName = "lethe.audit/1";

    /// <summary>The name of the schema of a list of rules.</summary>
    public const string RulesSchemaName = "lethe.audit-rules/1";

    /// <summary>The document, ending with a newline.</summary>
    public static string Write(AuditReport report) => JsonSerializer.Serialize(Of(report), AuditJsonContext.Default.Document) + "\n";

    /// <summary>Writes the document, ending with a newline, without holding all of its text.</summary>
    public static void Write(AuditReport report, Stream stream)
    {
        JsonSerializer.Serialize(stream, Of(report), AuditJsonContext.Default.Document);
        stream.WriteByte((byte)'\n');
    }

    /// <summary>A list of rules, ending with a newline.</summary>
    public static string Write(IReadOnlyList<AuditedRule> rules) =>
        JsonSerializer.Serialize(new RuleList(RulesSchemaName, rules), AuditJsonContext.Default.RuleList) + "\n";

    private static Document Of(AuditReport report) => new(
        SchemaName,
        report.Version,
        report.Began,
        report.DurationMs,
        report.Profile,
        report.Hosts,
        report.Media,
        report.Rules,
        report.Findings,
        report.Problems
    );

    internal sealed record Document(
        string Schema, string Version, DateTimeOffset Began, long DurationMs, string? Profile, IReadOnlyList<string> Hosts,
        IReadOnlyList<MediumPosture> Media,
        IReadOnlyList<AuditedRule> Rules,
        IReadOnlyList<Finding> Findings,
        IReadOnlyList<AuditProblem> Problems
    );

    internal sealed record RuleList(string Schema, IReadOnlyList<AuditedRule> Rules);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(AuditJson.Document))]
[JsonSerializable(typeof(AuditJson.RuleList))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;
