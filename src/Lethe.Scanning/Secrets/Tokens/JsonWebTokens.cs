using System.Buffers.Text;
using System.Text.Json;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// JSON Web Tokens (RFC 7519) in compact form: a header that is JSON with a text <c>alg</c>, a payload, a signature. With a JSON
/// payload the token is whole. If the payload names Kubernetes, it is the token of a service account. If the payload is not JSON, as in
/// encrypted tokens (RFC 7516), the token is a hint only.
/// </summary>
internal sealed class JsonWebTokens : ISecretFamily
{
    private const int MostHeader = 1024, MostPayload = 3072, MostSignature = 1400;

    public IReadOnlyList<Pattern> Patterns { get; } = [new("secret", "jwt", 0), new("secret", "kubernetes-service-account-token", 0)];

    // Base 64 of {" and a small letter: the beginning of JSON without spaces, as all issuers write it.
    public IReadOnlyList<byte[]> Anchors { get; } =
    [.. "hijklmnopqrstuvwxyz0123456"u8.ToArray().Select(letter => (byte[])[.. "eyJ"u8, letter])];

    public bool IsText => true;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        if (Letters.IsInWord(window, at - 1) || at > 0 && window[at - 1] == '.') return;
        int headerEnd = at + Letters.Run(window[at..], Letters.Base64Url, MostHeader);
        if (headerEnd - at < 16 || headerEnd >= window.Length || window[headerEnd] != '.') return;
        if (!HasAlgorithm(window[at..headerEnd])) return;
        int payload = headerEnd + 1, payloadEnd = payload + Letters.Run(window[payload..], Letters.Base64Url, MostPayload);
        if (payloadEnd - payload < 2) return;
        if (payloadEnd >= window.Length || window[payloadEnd] != '.')
        {
            sink.Add(0, at, payloadEnd - at, 50);
            return;
        }
        int signature = payloadEnd + 1, end = signature + Letters.Run(window[signature..], Letters.Base64Url, MostSignature);
        bool json = IsObject(window[payload..payloadEnd], out bool kubernetes);
        sink.Add(kubernetes ? 1 : 0, at, end - at, !json ? 60 : end - signature >= 16 ? 90 : 70);
    }

    private static bool HasAlgorithm(ReadOnlySpan<byte> text)
    {
        Span<byte> json = stackalloc byte[MostHeader];
        if (!TryDecode(text, json, out int length)) return false;
        bool has = false;
        return Walk(json[..length], (ref Utf8JsonReader reader) =>
                has |= reader.ValueTextEquals("alg"u8) && reader.Read() && reader.TokenType == JsonTokenType.String
            ) && has;
    }

    private static bool IsObject(ReadOnlySpan<byte> text, out bool kubernetes)
    {
        kubernetes = false;
        Span<byte> json = stackalloc byte[MostPayload];
        if (!TryDecode(text, json, out int length) || !Walk(json[..length], null)) return false;
        kubernetes = json[..length].IndexOf("\"kubernetes.io"u8) >= 0 || json[..length].IndexOf("\"system:serviceaccount:"u8) >= 0;
        return true;
    }

    private delegate void Visit(ref Utf8JsonReader reader);

    private static bool Walk(ReadOnlySpan<byte> json, Visit? visit)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1) visit?.Invoke(ref reader);
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> json, out int length)
    {
        length = 0;
        return text.Length % 4 != 1 && Base64Url.DecodeFromUtf8(text, json, out _, out length) == System.Buffers.OperationStatus.Done;
    }
}
