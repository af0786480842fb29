using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lethe.Tests;

/// <summary>The part of JSON Schema 2020-12 that Lethe's schemas use. An unknown keyword fails, so that none is passed over.</summary>
internal static class Schema
{
    private static readonly string[] Descriptive = ["$schema", "$id", "title", "description", "format"];

    public static JsonObject Load(string name) =>
        (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../docs/schemas", name)))!;

    public static IReadOnlyList<string> Errors(JsonNode? value, JsonObject schema) => [.. Check(value, schema, "$")];

    private static IEnumerable<string> Check(JsonNode? value, JsonObject schema, string path)
    {
        foreach ((string keyword, JsonNode? rule) in schema)
        {
            IEnumerable<string> errors = keyword switch
            {
                "type" => When(!TypesOf(rule!).Contains(TypeOf(value)), $"{path} is {TypeOf(value)}"),
                "const" => When(!JsonNode.DeepEquals(value, rule), $"{path} is not {rule}"),
                "enum" => When(!((JsonArray)rule!).Any(allowed => JsonNode.DeepEquals(allowed, value)), $"{path} is {value}"),
                "minimum" => When(value is not null && value.GetValue<double>() < rule!.GetValue<double>(), $"{path} is below {rule}"),
                "maximum" => When(value is not null && value.GetValue<double>() > rule!.GetValue<double>(), $"{path} is above {rule}"),
                "pattern" => When(
                    value is not null && !Regex.IsMatch(value.GetValue<string>(), rule!.GetValue<string>()),
                    $"{path} is {value}"
                ),
                "required" => ((JsonArray)rule!)
                    .Where(name => value is JsonObject fields && !fields.ContainsKey(name!.GetValue<string>()))
                    .Select(name => $"{path} lacks {name}"),
                "properties" => Fields(value)
                    .SelectMany(field => rule![field.Key] is JsonObject inner ? Check(field.Value, inner, $"{path}.{field.Key}") : []),
                "additionalProperties" => Fields(value).Where(field => schema["properties"]?[field.Key] is null)
                    .SelectMany(field =>
                        rule is JsonObject inner ? Check(field.Value, inner, $"{path}.{field.Key}") : [$"{path} has {field.Key}"]
                    ),
                "propertyNames" => Fields(value)
                    .SelectMany(field => Check(JsonValue.Create(field.Key), (JsonObject)rule!, $"{path}.{field.Key}")),
                "items" => (value as JsonArray ?? []).SelectMany((item, index) => Check(item, (JsonObject)rule!, $"{path}[{index}]")),
                _ => When(!Descriptive.Contains(keyword), $"the schema uses {keyword}, which this test does not know"),
            };
            foreach (string error in errors) yield return error;
        }
    }

    private static string ThisFile([CallerFilePath] string source = "") => source;

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Fields(JsonNode? value) => value as JsonObject ?? [];

    private static IEnumerable<string> When(bool wrong, string error) => wrong ? [error] : [];

    private static IEnumerable<string> TypesOf(JsonNode rule) =>
        rule is JsonArray several ? several.Select(type => type!.GetValue<string>()) : [rule.GetValue<string>()];

    private static string TypeOf(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => "string",
            System.Text.Json.JsonValueKind.Number => "integer",
            _ => "boolean",
        },
    };
}
