using System.Text;
using Lethe.Evidence.Certificates;

namespace Lethe.Tests.Evidence;

/// <summary>A certificate may come from anybody: nothing in it may crash its reader or make it take memory without bound.</summary>
public sealed class HostileEnvelopeTests
{
    private static readonly int Cases = Trials.Of(100_000);
    private const long MostBytesACase = 64 << 10;

    private static readonly string[] Fragments =
    [
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "null",
        "-1",
        "1e999",
        "\\u0000",
        "\"payload\":",
        "\"signatures\":[{}]",
        "\"_type\":",
        "ÿ",
        "==",
        "[[[[[[[[[[[[[[[[[[[[",
        "9999999999999999999",
    ];

    [Fact]
    public void Broken_envelopes_do_no_harm()
    {
        using var place = new SampleCertificate.Place();
        using SigningKey key = SigningKey.OpenOrCreate(place.File("key.pem"));
        var begun = new BegunWorkload(
            Ulid.New(SampleCertificate.Time),
            SampleCertificate.Time,
            SampleCertificate.Workload,
            SampleCertificate.Lethe
        );
        byte[] envelope = Envelope.Sign(Statement.Of(SampleCertificate.Of(begun)), key).ToJson();
        byte[] statement = CertificateJson.Write(Statement.Of(SampleCertificate.Of(begun)));
        byte[] beginning = CertificateJson.Write(begun);
        Parallel.For(0, 100, part =>
        {
            var random = Trials.Random(20261122 + part);
            for (int test = 0; test < Cases / 100; test++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                switch (test % 3)
                {
                    case 0: Read(Broken(envelope, random), static json => Envelope.Parse(json).PayloadBytes()); break;
                    case 1: Read(Broken(statement, random), static json => CertificateJson.ReadStatement(json).IsConsistent()); break;
                    default: Read(Broken(beginning, random), static json => CertificateJson.ReadBegun(json)); break;
                }

                Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytesACase);
            }
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"payload":"","payloadType":"","signatures":[]}""")]
    [InlineData("""{"payload":"","payloadType":"","signatures":[null]}""")]
    [InlineData("""{"payload":null,"payloadType":"","signatures":[{"sig":""}]}""")]
    [InlineData("""{"payload":"","payload":"","payloadType":"","signatures":[{"sig":""}]}""")]
    public void What_is_no_envelope_is_refused(string json) =>
        Assert.Throws<MalformedEvidenceException>(() => Envelope.Parse(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("*")]
    [InlineData("AAA")]
    [InlineData("A===")]
    [InlineData("AA+_")]
    public void Wrong_base64_is_refused(string text)
    {
        var envelope = new Envelope(text, Envelope.StatementPayloadType, [new EnvelopeSignature("AAAA")]);
        if (text != "AAA") Assert.Throws<MalformedEvidenceException>(() => envelope.PayloadBytes());
        Assert.Throws<MalformedEvidenceException>(envelope.ReadStatement);
    }

    [Fact]
    public void A_statement_with_holes_is_refused()
    {
        string json = Encoding.UTF8.GetString(CertificateJson.Write(Statement.Of(SampleCertificate.Of(
            new BegunWorkload(
                Ulid.New(SampleCertificate.Time),
                SampleCertificate.Time,
                SampleCertificate.Workload,
                SampleCertificate.Lethe
            )
        )
    )
)
);
        string payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(json.Replace("\"media\":[", "\"media\":[null,")));
        Assert.Throws<MalformedEvidenceException>(
            new Envelope(payload, Envelope.StatementPayloadType, [new EnvelopeSignature("AAAA")]).ReadStatement
        );
    }

    [Fact]
    public void Too_long_and_too_deep_are_refused_unread()
    {
        Assert.Throws<MalformedEvidenceException>(() => Envelope.Parse(new byte[CertificateJson.LongestDocument + 1]));
        Assert.Throws<MalformedEvidenceException>(() => Envelope.Parse(Encoding.UTF8.GetBytes(new string('[', 1 << 19))));
        string many = string.Join(',', Enumerable.Repeat("{\"sig\":\"\"}", 1000));
        Assert.Throws<MalformedEvidenceException>(() =>
            Envelope.Parse(Encoding.UTF8.GetBytes($"{{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[{many}]}}"))
        );
    }

    private static void Read(byte[] json, Action<byte[]> read)
    {
        try
        {
            read(json);
        }
        catch (MalformedEvidenceException)
        {
            // A refusal is an answer.
        }
    }

    private static byte[] Broken(byte[] whole, Random random)
    {
        // Most are cut near their beginning: broken things are found fast there, and a million take a minute.
        byte[] text = [.. whole.AsSpan(0, random.Next(20) == 0 ? whole.Length : random.Next(whole.Length))];
        for (int change = random.Next(0, 4); change > 0 && text.Length > 0; change--)
        {
            int at = random.Next(text.Length);
            if (random.Next(2) == 0) text[at] = (byte)random.Next(256);
            else text = [.. text.AsSpan(0, at), .. Encoding.UTF8.GetBytes(Fragments[random.Next(Fragments.Length)]), .. text.AsSpan(at)];
        }

        return text;
    }
}
