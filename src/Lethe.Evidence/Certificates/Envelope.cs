using System.Buffers.Text;
using System.Text.Json.Serialization;

namespace Lethe.Evidence.Certificates;

/// <summary>One signature of an envelope.</summary>
/// <param name="Sig">The signature, base64.</param>
/// <param name="Keyid">Which key is said to have made it. Not signed itself: for readers, never for decisions.</param>
public sealed record EnvelopeSignature(string Sig, string? Keyid = null);

/// <summary>A DSSE v1 envelope: a signed document that any DSSE verifier reads (dsse, envelope.md).</summary>
/// <param name="Payload">The document, base64.</param>
/// <param name="PayloadType">What kind of document it is.</param>
/// <param name="Signatures">Its signatures.</param>
public sealed record Envelope(string Payload, string PayloadType, IReadOnlyList<EnvelopeSignature> Signatures)
{
    /// <summary>The type of in-toto statements.</summary>
    public const string StatementPayloadType = "application/vnd.in-toto+json";

    // A signature costs a tenth of a millisecond to check: a hostile envelope may not ask for thousands.
    private const int MostSignatures = 16;

    /// <summary>Signs a statement.</summary>
    public static Envelope Sign(Statement statement, SigningKey key)
    {
        byte[] payload = CertificateJson.Write(statement);
        byte[] signature = key.Sign(PreAuthenticationEncoding.Of(StatementPayloadType, payload));
        return new Envelope(
            Convert.ToBase64String(payload),
            StatementPayloadType,
            [new EnvelopeSignature(Convert.ToBase64String(signature), key.PublicKey.Id)]
        );
    }

    /// <summary>Reads an envelope; nothing in it is believed yet.</summary>
    /// <exception cref="MalformedEvidenceException">It is none.</exception>
    public static Envelope Parse(ReadOnlySpan<byte> json)
    {
        Envelope envelope = CertificateJson.ReadEnvelope(json);
        if (envelope.Signatures.Count is 0 or > MostSignatures)
            throw new MalformedEvidenceException(
                $"the envelope has {envelope.Signatures.Count} signatures (1 to {MostSignatures} are allowed)"
            );
        if (envelope.Signatures.Any(signature => signature is null))
            throw new MalformedEvidenceException("the envelope has an empty signature");
        return envelope;
    }

    /// <summary>The envelope as a JSON document.</summary>
    public byte[] ToJson() => CertificateJson.Write(this);

    /// <summary>The document as it was signed.</summary>
    /// <exception cref="MalformedEvidenceException">It is not base64.</exception>
    public byte[] PayloadBytes() => Decode(Payload, "payload");

    /// <summary>The statement inside.</summary>
    /// <exception cref="MalformedEvidenceException">There is none.</exception>
    public Statement ReadStatement()
    {
        if (PayloadType != StatementPayloadType)
            throw new MalformedEvidenceException("the envelope holds something else than an in-toto statement");
        Statement statement = CertificateJson.ReadStatement(PayloadBytes());
        return statement.IsConsistent()
            ? statement
            : throw new MalformedEvidenceException("the statement is not about the end that it describes");
    }

    /// <summary>Which of the given keys signed it, or null.</summary>
    /// <exception cref="MalformedEvidenceException">Payload or signature is not base64.</exception>
    public PublicKey? SignerAmong(IReadOnlyList<PublicKey> keys)
    {
        byte[] signed = PreAuthenticationEncoding.Of(PayloadType, PayloadBytes());
        foreach (EnvelopeSignature entry in Signatures)
        {
            byte[] signature = Decode(entry.Sig, "signature");
            if (keys.FirstOrDefault(key => key.Verifies(signed, signature)) is { } signer) return signer;
        }

        return null;
    }

    /// <summary>Which keys it says signed it, for messages.</summary>
    [JsonIgnore]
    public string ClaimedKeys => string.Join(", ", Signatures.Select(signature => signature.Keyid ?? "unnamed"));

    // DSSE: verifiers take both alphabets of base64.
    private static byte[] Decode(string text, string what)
    {
        byte[] bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out int length)) return bytes[..length];
        if (Base64Url.IsValid(text)) return Base64Url.DecodeFromChars(text);
        throw new MalformedEvidenceException($"the envelope's {what} is not base64");
    }
}
