using System.Diagnostics;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Lethe.Evidence.Certificates;

namespace Lethe.Tests.Evidence;

public sealed class EnvelopeTests : IDisposable
{
    private readonly SampleCertificate.Place place = new();
    private readonly SigningKey key;

    public EnvelopeTests() => key = SigningKey.OpenOrCreate(place.File("key.pem"));

    public void Dispose()
    {
        key.Dispose();
        place.Dispose();
    }

    [Fact]
    public void What_is_signed_is_the_protocols_encoding() => Assert.Equal(
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
        Encoding.UTF8.GetString(PreAuthenticationEncoding.Of("http://example.com/HelloWorld", "hello world"u8)));

    /// <summary>The vector of dsse, protocol.md; its signature is r and s side by side, here in the DER form of ECDSA signatures.</summary>
    [Fact]
    public void The_protocols_vector_verifies()
    {
        using PublicKey vectorKey = VectorKey();
        Envelope envelope = Envelope.Parse(Encoding.UTF8.GetBytes($$"""
            {"payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld",
             "signatures": [{"sig": "{{VectorSignature()}}"}]}
            """));
        Assert.Same(vectorKey, envelope.SignerAmong([key.PublicKey, vectorKey]));
        Assert.Null((envelope with { Payload = "aGVsbG8gd29ybGU=" }).SignerAmong([vectorKey]));
        Assert.Null((envelope with { PayloadType = "http://example.com/HelloWorle" }).SignerAmong([vectorKey]));
        // It is signed, but no certificate.
        Assert.Throws<MalformedEvidenceException>(envelope.ReadStatement);
    }

    [Fact]
    public void A_certificate_comes_back_as_it_was_signed()
    {
        EndCertificate certificate = Sample();
        Envelope envelope = Envelope.Parse(Envelope.Sign(Statement.Of(certificate), key).ToJson());
        Assert.Same(key.PublicKey, envelope.SignerAmong([key.PublicKey]));
        Assert.Equivalent(certificate, envelope.ReadStatement().Predicate, strict: true);
        Assert.DoesNotContain("s3cret", Encoding.UTF8.GetString(envelope.PayloadBytes()));
    }

    [Fact]
    public void Both_alphabets_of_base64_are_read()
    {
        Envelope envelope = Envelope.Sign(Statement.Of(Sample()), key);
        Envelope other = new(UrlSafe(envelope.Payload), envelope.PayloadType, [new EnvelopeSignature(UrlSafe(envelope.Signatures[0].Sig))]);
        Assert.NotNull(other.SignerAmong([key.PublicKey]));
    }

    [Fact]
    public void The_name_of_a_key_decides_nothing()
    {
        Envelope envelope = Envelope.Sign(Statement.Of(Sample()), key);
        Envelope renamed = envelope with { Signatures = [envelope.Signatures[0] with { Keyid = "another" }] };
        Assert.NotNull(renamed.SignerAmong([key.PublicKey]));
        using PublicKey stranger = VectorKey();
        Assert.Null((envelope with { Signatures = [envelope.Signatures[0] with { Keyid = stranger.Id }] }).SignerAmong([stranger]));
    }

    [Fact]
    public void A_statement_about_another_run_is_refused()
    {
        Statement statement = Statement.Of(Sample());
        Statement moved = statement with { Predicate = statement.Predicate with { Id = Ulid.New(SampleCertificate.Time) } };
        Assert.Throws<MalformedEvidenceException>(Envelope.Sign(moved, key).ReadStatement);
    }

    /// <summary>Another implementation of everything but the encoding: OpenSSL, with the files that Lethe leaves.</summary>
    [Fact]
    public void OpenSSL_accepts_the_signature_and_refuses_another()
    {
        Envelope envelope = Envelope.Sign(Statement.Of(Sample()), key);
        byte[] payload = Convert.FromBase64String(envelope.Payload);
        byte[] signed = Encoding.UTF8.GetBytes(
            $"DSSEv1 28 application/vnd.in-toto+json {payload.Length} {Encoding.UTF8.GetString(payload)}"
        );
        File.WriteAllBytes(place.File("signature"), Convert.FromBase64String(envelope.Signatures[0].Sig));
        File.WriteAllBytes(place.File("signed"), signed);
        Assert.Equal(0, OpenSsl());
        signed[^3] ^= 1;
        File.WriteAllBytes(place.File("signed"), signed);
        Assert.NotEqual(0, OpenSsl());
    }

    private int OpenSsl()
    {
        using Process process = Process.Start(
            new ProcessStartInfo(
                "openssl",
                ["dgst", "-sha256", "-verify", place.File("key.pub.pem"), "-signature", place.File("signature"), place.File("signed")]
            )
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static EndCertificate Sample() =>
        SampleCertificate.Of(
            new BegunWorkload(Ulid.New(SampleCertificate.Time), SampleCertificate.Time, SampleCertificate.Workload, SampleCertificate.Lethe)
        );

    private static string UrlSafe(string base64) => base64.Replace('+', '-').Replace('/', '_').TrimEnd('=');

    private static PublicKey VectorKey()
    {
        using var pair = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = BigInteger
                    .Parse("46950820868899156662930047687818585632848591499744589407958293238635476079160")
                    .ToByteArray(isUnsigned: true, isBigEndian: true),
                Y = BigInteger
                    .Parse("5640078356564379163099075877009565129882514886557779369047442380624545832820")
                    .ToByteArray(isUnsigned: true, isBigEndian: true),
            },
        });
        return PublicKey.Parse(pair.ExportSubjectPublicKeyInfoPem());
    }

    private static string VectorSignature()
    {
        byte[] raw = Convert.FromBase64String("A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==");
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(raw.AsSpan(0, 32), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(raw.AsSpan(32), isUnsigned: true, isBigEndian: true));
        }

        return Convert.ToBase64String(writer.Encode());
    }
}
