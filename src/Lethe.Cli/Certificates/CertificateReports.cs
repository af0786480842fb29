using System.Text.Json;
using System.Text.Json.Serialization;
using Lethe.Evidence.Certificates;

namespace Lethe.Cli.Certificates;

/// <summary>One workload in JSON.</summary>
internal sealed record EntryReport(string Id, string State, BegunWorkload? Begun, EndCertificate? Certificate);

/// <summary>What list prints with <c>--json</c>.</summary>
internal sealed record ListReport(
    string Schema,
    long Records,
    string Head,
    IReadOnlyList<LedgerProblem> Problems,
    IReadOnlyList<EntryReport> Entries
);

/// <summary>What verify says about one file.</summary>
internal sealed record FileReport(
    string File,
    string Kind,
    bool Intact,
    long Records,
    long Certificates,
    string? Head,
    IReadOnlyList<LedgerProblem> Problems
)
{
    /// <summary>Whether all that is wrong is that a key is missing.</summary>
    [JsonIgnore]
    public bool OnlyOtherKeys => !Intact && Problems.All(problem => problem.OtherKey);
}

/// <summary>What verify prints with <c>--json</c>.</summary>
internal sealed record VerifyReport(string Schema, bool Intact, IReadOnlyList<string> Keys, IReadOnlyList<FileReport> Files);

/// <summary>Writes what the commands found as JSON.</summary>
internal static class CertificateReports
{
    public static string List(IReadOnlyList<LedgerEntry> entries, LedgerCheck? check) => JsonSerializer.Serialize(
        new ListReport(
            "lethe.certificate-list/1",
            check?.Records ?? 0,
            check?.Head ?? LedgerRecord.NoHash,
            check?.Problems ?? [],
            [.. entries.Select(Of)]
        ),
        CertificateReportsContext.Default.ListReport) + "\n";

    public static string Show(LedgerEntry entry) =>
        JsonSerializer.Serialize(Of(entry), CertificateReportsContext.Default.EntryReport) + "\n";

    public static string Verify(VerifyReport report) =>
        JsonSerializer.Serialize(report, CertificateReportsContext.Default.VerifyReport) + "\n";

    private static EntryReport Of(LedgerEntry entry) => new(entry.Id, EntryText.StateOf(entry), entry.Begun, entry.Certificate);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(EntryReport))]
[JsonSerializable(typeof(ListReport))]
[JsonSerializable(typeof(VerifyReport))]
internal sealed partial class CertificateReportsContext : JsonSerializerContext;
