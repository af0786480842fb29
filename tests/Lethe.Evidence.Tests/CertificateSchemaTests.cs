using System.Text.Json.Nodes;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Tests.Evidence;

/// <summary>The form of a certificate, with and without what may be left out.</summary>
public sealed class CertificateSchemaTests
{
    private static readonly JsonObject Form = Schema.Load("lethe.certificate.1.json");

    private static readonly EndCertificate Plain = SampleCertificate.Of(
        new BegunWorkload("01M81JVRBKRRFMBC0TR3PJMZ6J", SampleCertificate.Time, SampleCertificate.Workload, SampleCertificate.Lethe)
    );

    [Fact]
    public void A_certificate_fits_its_schema() => Assert.All(
        [
            Plain,
            Plain with
            {
                ExitCode = null,
                Signal = 9,
                OutOfMemoryKills = 2,
                Host = Plain.Host with { Effective = null },
                Ledger = new LedgerPosition(1, LedgerRecord.NoHash),
            },
            Plain with
            {
                Workload = Workload.ProcessTree(["ls", "-l"], record: true),
                Media = [.. Enum.GetValues<PurgeMethod>().Select(method => Plain.Media[0] with { PurgeMethod = method })],
            },
            Plain with
            {
                Media =
                [
                    .. Enum.GetValues<Verdict>().Select(verdict => Plain.Media[0] with { Verdict = verdict, MostBytesLeft = 4096 }),
                ],
            },
        ],
        certificate => Assert.Empty(Schema.Errors(JsonNode.Parse(certificate.ToJson()), Form)));

    [Fact]
    public void What_is_missing_or_unknown_does_not_fit()
    {
        JsonObject missing = (JsonObject)JsonNode.Parse(Plain.ToJson())!,
            unknown = (JsonObject)missing.DeepClone(),
            wrong = (JsonObject)missing.DeepClone();
        missing.Remove("media");
        unknown["more"] = 1;
        wrong["media"]![0]!["verdict"] = "fine";
        Assert.All([missing, unknown, wrong], document => Assert.NotEmpty(Schema.Errors(document, Form)));
    }
}
