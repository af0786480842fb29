using System.Text.Json.Nodes;
using Lethe.Facts;

namespace Lethe.Tests.Facts;

/// <summary>The form of a bundle of facts.</summary>
public sealed class FactsSchemaTests
{
    private static readonly JsonObject Form = Schema.Load("lethe.facts.1.json");

    private static readonly HostFacts Sample = new("web-1", FactScope.Host, ["/proc/swaps", "/dev/shm/", "kernel:log"],
    [
        new Fact("/proc/swaps", "Filename\tType\n"),
        new Fact(
            "/dev/shm/",
            Entries: [new FactEntry("left\u001b[31m", 4096, 1000, Changed: 1_700_000_000), new FactEntry("link", 0, 0, Target: "/etc")]
        ),
        new Fact("kernel:log", Problem: "permission denied; run as root", Source: "kernel log"),
    ]);

    public static TheoryData<HostFacts> Bundles() =>
        [Sample, .. Enum.GetValues<FactScope>().Select(scope => new HostFacts("", scope, [], []))];

    [Theory]
    [MemberData(nameof(Bundles))]
    public void A_bundle_fits_its_schema_and_is_read_back(HostFacts facts)
    {
        string text = FactsJson.Write(facts);
        Assert.Empty(Schema.Errors(JsonNode.Parse(text), Form));
        Assert.True(FactsJson.IsBundle(text));
        Assert.Equal(text, FactsJson.Write(FactsJson.Read(text, "facts.json")));
    }

    [Fact]
    public void What_is_missing_or_wrong_does_not_fit()
    {
        JsonObject missing = (JsonObject)JsonNode.Parse(FactsJson.Write(Sample))!,
            wrong = (JsonObject)missing.DeepClone(),
            negative = (JsonObject)missing.DeepClone();
        missing.Remove("looked");
        wrong["scope"] = "planet";
        negative["facts"]![0]!["entries"]![0]!["bytes"] = JsonNode.Parse("-1");
        Assert.All([missing, wrong, negative], document => Assert.NotEmpty(Schema.Errors(document, Form)));
    }

    [Fact]
    public void Hosts_of_one_name_are_kept_apart()
    {
        HostFacts[] hosts =
        [
            .. HostNames.Distinct([
                Sample,
                Sample,
                new HostFacts("web-1 (2)", FactScope.Host, [], []),
                new HostFacts("other", FactScope.Root, [], []),
            ]),
        ];
        Assert.Equal(["web-1", "web-1 (2)", "web-1 (2) (2)", "other"], hosts.Select(host => host.Host));
        Assert.Equal(Sample.All, hosts[1].All);
        Assert.Equal(Sample.Looked, hosts[1].Looked);
    }
}
