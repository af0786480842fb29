using System.Text.Json.Serialization;

namespace Lethe.Evidence.Scan;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(ScannedSource))]
[JsonSerializable(typeof(ScannedPattern))]
[JsonSerializable(typeof(ScanHit))]
[JsonSerializable(typeof(ScanSummary))]
[JsonSerializable(typeof(UnreadRange))]
[JsonSerializable(typeof(PageMap))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(DateTimeOffset))]
[JsonSerializable(typeof(ScanComparison))]
internal sealed partial class ScanJsonContext : JsonSerializerContext;
