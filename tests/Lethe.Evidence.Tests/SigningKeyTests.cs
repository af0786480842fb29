using System.Security.Cryptography;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Tests.Evidence;

public sealed class SigningKeyTests : IDisposable
{
    private readonly SampleCertificate.Place place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_key_is_made_once_for_its_owner_alone()
    {
        string path = place.File("state/key.pem");
        using SigningKey first = SigningKey.OpenOrCreate(path), again = SigningKey.OpenOrCreate(path);
        Assert.Equal(first.PublicKey.Id, again.PublicKey.Id);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using PublicKey half = PublicKey.Load(SigningKey.PublicPathOf(path));
        Assert.Equal(first.PublicKey.Id, half.Id);
        Assert.DoesNotContain("PRIVATE", half.ToPem());
        Assert.Equal(["key.pem", "key.pub.pem"], Directory.GetFiles(place.File("state")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Whoever_comes_at_the_same_time_gets_the_same_key()
    {
        string path = place.File("key.pem");
        string[] ids = new string[16];
        Parallel.For(0, ids.Length, index =>
        {
            using SigningKey key = SigningKey.OpenOrCreate(path);
            ids[index] = key.PublicKey.Id;
        });
        Assert.Single(ids.Distinct());
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(path)!).Length);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_key_that_others_can_use_is_refused(UnixFileMode others)
    {
        string path = place.File("key.pem");
        SigningKey.OpenOrCreate(path).Dispose();
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
        EvidenceException refusal = Assert.Throws<EvidenceException>(() => SigningKey.OpenOrCreate(path));
        Assert.Equal(ExitCode.Configuration, refusal.ExitCode);
    }

    [Fact]
    public void What_is_no_P256_private_key_is_refused()
    {
        using var larger = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var half = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] contents =
        [
            "",
            "no key",
            larger.ExportPkcs8PrivateKeyPem(),
            half.ExportSubjectPublicKeyInfoPem(),
            new string('A', 100_000),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        ];
        foreach (string content in contents)
        {
            string path = place.File("other.pem");
            File.WriteAllText(path, content);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Assert.Equal(ExitCode.Configuration, Assert.Throws<EvidenceException>(() => SigningKey.OpenOrCreate(path)).ExitCode);
        }

        Assert.Throws<MalformedEvidenceException>(() => PublicKey.Parse(larger.ExportSubjectPublicKeyInfoPem()));
        Assert.Throws<MalformedEvidenceException>(() => PublicKey.Parse(half.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<MalformedEvidenceException>(() => PublicKey.Parse(""));
    }

    [Fact]
    public void Names_sort_by_time_and_do_not_repeat()
    {
        string[] names = [.. Enumerable.Range(0, 1000).Select(index => Ulid.New(SampleCertificate.Time.AddMilliseconds(index)))];
        Assert.Equal(names, names.Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.True(Ulid.IsWellFormed(name)));
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => Ulid.New(SampleCertificate.Time)).Distinct().Count());
        // The example of the specification: this time is written like this.
        Assert.StartsWith("01ARYZ6S41", Ulid.New(DateTimeOffset.FromUnixTimeMilliseconds(1469918176385)));
    }

    [Fact]
    public void Arguments_do_not_run_into_each_other() =>
        Assert.NotEqual(Workload.HashOf(["ab", "c"]), Workload.HashOf(["a", "bc"]));
}
