using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lethe.Evidence.Certificates;

/// <summary>
/// Reads and writes what certificates and ledgers are made of. What is read may be hostile: it is bounded and refused plainly.
/// </summary>
internal static class CertificateJson
{
    /// <summary>More than any certificate needs; more is refused unread.</summary>
    public const int LongestDocument = 1 << 20;

    public static byte[] Write(Statement statement) =>
        JsonSerializer.SerializeToUtf8Bytes(statement, CertificateJsonContext.Default.Statement);

    public static byte[] Write(Envelope envelope) => JsonSerializer.SerializeToUtf8Bytes(envelope, CertificateJsonContext.Default.Envelope);

    public static byte[] Write(BegunWorkload begun) =>
        JsonSerializer.SerializeToUtf8Bytes(begun, CertificateJsonContext.Default.BegunWorkload);

    public static string Write(EndCertificate certificate) =>
        JsonSerializer.Serialize(certificate, CertificateJsonContext.Default.EndCertificate) + "\n";

    public static Statement ReadStatement(ReadOnlySpan<byte> json) => Read(json, CertificateJsonContext.Default.Statement, "statement");

    public static Envelope ReadEnvelope(ReadOnlySpan<byte> json) => Read(json, CertificateJsonContext.Default.Envelope, "envelope");

    public static BegunWorkload ReadBegun(ReadOnlySpan<byte> json) => Read(json, CertificateJsonContext.Default.BegunWorkload, "begin");

    private static T Read<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string what)
    {
        if (json.Length > LongestDocument)
            throw new MalformedEvidenceException($"the {what} is longer than {ByteSize.Format(LongestDocument)}");
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new MalformedEvidenceException($"the {what} is empty");
        }
        catch (JsonException failure)
        {
            throw new MalformedEvidenceException(
                $"the {what} is not of its form (line {failure.LineNumber + 1}, byte {failure.BytePositionInLine})"
            );
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    MaxDepth = 16)]
[JsonSerializable(typeof(EndCertificate))]
[JsonSerializable(typeof(Statement))]
[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(BegunWorkload))]
internal sealed partial class CertificateJsonContext : JsonSerializerContext;
