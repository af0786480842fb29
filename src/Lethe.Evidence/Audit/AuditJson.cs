using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lethe.Evidence.Audit;

/// <summary>Writes an audit as JSON (docs/schemas/lethe.audit.1.json).</summary>
public static class AuditJson
{
    /// <summary>The schema's name, the first field.</summary>
    public const string SchemaName = "lethe.audit/1";

    /// <summary>The document, ending with a newline.</summary>
    public static string Write(AuditReport report) => JsonSerializer.Serialize(
        new Document(SchemaName, report.Version, report.Began, report.DurationMs, report.Profile, report.Hosts, report.Media, report.Findings, report.Problems),
        AuditJsonContext.Default.Document) + "\n";

    internal sealed record Document(
        string Schema, string Version, DateTimeOffset Began, long DurationMs, string? Profile, IReadOnlyList<string> Hosts,
        IReadOnlyList<MediumPosture> Media, IReadOnlyList<Finding> Findings, IReadOnlyList<AuditProblem> Problems);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(AuditJson.Document))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;
