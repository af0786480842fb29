using System.Text.Json.Serialization;

namespace Lethe.Evidence.Certificates;

/// <summary>What a certificate is about (in-toto ResourceDescriptor).</summary>
/// <param name="Name">A name for readers.</param>
/// <param name="Digest">Digests by algorithm.</param>
public sealed record StatementSubject(string Name, IReadOnlyDictionary<string, string> Digest);

/// <summary>An in-toto Statement v1 about one end (github.com/in-toto/attestation, spec/v1/statement.md).</summary>
/// <param name="Type">Which form of statement.</param>
/// <param name="Subject">The run it is about.</param>
/// <param name="PredicateType">Which form the predicate has.</param>
/// <param name="Predicate">What is said.</param>
public sealed record Statement(
    [property: JsonPropertyName("_type")] string Type,
    IReadOnlyList<StatementSubject> Subject,
    string PredicateType,
    EndCertificate Predicate
)
{
    /// <summary>The form of statement.</summary>
    public const string StatementType = "https://in-toto.io/Statement/v1";

    /// <summary>The form of predicate: a name, not a page.</summary>
    public const string EndPredicateType = "tag:lethe,2026:certificate/1";

    /// <summary>The statement that makes a certificate.</summary>
    public static Statement Of(EndCertificate certificate) =>
        new(StatementType, [SubjectOf(certificate)], EndPredicateType, certificate);

    /// <summary>Whether subject and forms are those that belong to the predicate, and no list has holes.</summary>
    public bool IsConsistent() =>
        !Predicate.Media.Contains(null!)
        && Predicate.Workload.Argv?.Contains(null!) != true
        && Type == StatementType
        && PredicateType == EndPredicateType
        && Predicate.Schema == EndCertificate.SchemaName
        && Subject is [{ } only] && only.Name == SubjectOf(Predicate).Name
        && only.Digest.TryGetValue("sha256", out string? digest) && digest == Predicate.Workload.SubjectDigest(Predicate.Id);

    private static StatementSubject SubjectOf(EndCertificate certificate) => new(
        $"{certificate.Workload.Kind}/{certificate.Id}",
        new Dictionary<string, string> { ["sha256"] = certificate.Workload.SubjectDigest(certificate.Id) });
}
