using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lethe.Evidence.Proof;

/// <summary>Writes a proof as JSON (docs/schemas/lethe.prove.1.json).</summary>
internal static class ProofJson
{
    /// <summary>The document, ending with a newline.</summary>
    public static string Write(ProofReport report) => JsonSerializer.Serialize(report, ProofJsonContext.Default.ProofReport) + "\n";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ProofReport))]
internal sealed partial class ProofJsonContext : JsonSerializerContext;
