using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lethe.Facts;

/// <summary>Writes and reads a host's facts as JSON (docs/schemas/lethe.facts.1.json).</summary>
public static class FactsJson
{
    /// <summary>The schema's name, the first field.</summary>
    public const string SchemaName = "lethe.facts/1";

    /// <summary>The largest bundle that is read, in bytes; a live host's is far below 1 MiB.</summary>
    public const long MostBytes = 32 << 20;

    /// <summary>The document, ending with a newline.</summary>
    public static string Write(HostFacts facts) =>
        JsonSerializer.Serialize(
            new Bundle(SchemaName, facts.Host, facts.Scope, facts.Looked, [.. facts.All]),
            FactsJsonContext.Default.Bundle
        ) + "\n";

    /// <summary>Whether a text begins as a bundle does.</summary>
    public static bool IsBundle(string text)
    {
        const int beginning = 200;
        ReadOnlySpan<char> start = text.AsSpan(0, Math.Min(text.Length, beginning));
        return start.TrimStart().StartsWith("{") && start.Contains("\"lethe.facts/", StringComparison.Ordinal);
    }

    /// <summary>Reads a bundle. Fields it does not know are passed over; the text may be hostile.</summary>
    /// <param name="text">The document.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="FactsException">It is none, or of a newer schema.</exception>
    public static HostFacts Read(string text, string name)
    {
        Bundle bundle;
        try
        {
            bundle = JsonSerializer.Deserialize(text, FactsJsonContext.Default.Bundle) ?? throw new JsonException("it is null");
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw new FactsException($"{name} is no bundle of facts: {failure.Message}", "make one with: lethe audit collect > facts.json");
        }

        if (bundle.Schema != SchemaName)
            throw new FactsException(
                $"{name} has the schema {bundle.Schema}, and this lethe reads {SchemaName}",
                "use a lethe at least as new as the one that collected it"
            );
        if (
            bundle.Facts.Any(fact => fact is null || fact.Entries?.Any(entry => entry is null) == true)
            || bundle.Looked.Any(pattern => pattern is null)
        )
            throw new FactsException(
                $"{name} is no bundle of facts: it has null where a fact should be",
                "make one with: lethe audit collect > facts.json"
            );
        return new HostFacts(bundle.Host, bundle.Scope, bundle.Looked, bundle.Facts);
    }

    internal sealed record Bundle(string Schema, string Host, FactScope Scope, IReadOnlyList<string> Looked, IReadOnlyList<Fact> Facts);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(FactsJson.Bundle))]
internal sealed partial class FactsJsonContext : JsonSerializerContext;
