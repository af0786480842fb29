using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Private keys as PEM (RFC 7468) and OpenPGP armour. The beginning line alone is no match, because every program that reads keys
/// contains it. The text after it must decode to the structure that the line names. The confidence is that of the structure when all
/// of it is there. It is 60 when only the beginning is there, also of a key that is encrypted as a whole (RFC 1421,
/// <c>Proc-Type: 4,ENCRYPTED</c>).
/// </summary>
internal sealed class PemKeys : ISecretFamily
{
    private const int MostLabel = 40, MostHeaders = 256, MostBytes = 12 * 1024;

    private static readonly (byte[] Label, int Pattern)[] Labels =
    [
        ("PRIVATE KEY"u8.ToArray(), 0),
        ("RSA PRIVATE KEY"u8.ToArray(), 1),
        ("EC PRIVATE KEY"u8.ToArray(), 2),
        ("ENCRYPTED PRIVATE KEY"u8.ToArray(), 3),
        ("OPENSSH PRIVATE KEY"u8.ToArray(), 4), ("DSA PRIVATE KEY"u8.ToArray(), 5), ("PGP PRIVATE KEY BLOCK"u8.ToArray(), 6),
    ];

    public IReadOnlyList<Pattern> Patterns { get; } =
    [
        new("secret", "private-key-pem", 0),
        new("secret", "rsa-private-key-pem", 0),
        new("secret", "ec-private-key-pem", 0),
        new("secret", "encrypted-private-key-pem", 0),
        new("secret", "openssh-private-key-pem", 0), new("secret", "dsa-private-key-pem", 0), new("secret", "pgp-private-key-armour", 0),
    ];

    public IReadOnlyList<byte[]> Anchors { get; } = ["-----BEGIN "u8.ToArray()];

    public bool IsText => true;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        ReadOnlySpan<byte> text = window[at..];
        ReadOnlySpan<byte> afterBegin = text[11..];
        int label = afterBegin[..Math.Min(afterBegin.Length, MostLabel)].IndexOf("-----"u8);
        if (label < 0) return;
        (byte[] Label, int Pattern) form = default;
        foreach ((byte[] Label, int Pattern) known in Labels)
        {
            if (afterBegin[..label].SequenceEqual(known.Label)) form = known;
        }
        if (form.Label is null) return;
        int body = SkipHeaders(text, 11 + label + 5, out bool encrypted);
        Span<byte> decoded = stackalloc byte[MostBytes];
        int count = PemBody.Decode(text[body..], decoded, out int read);
        int confidence = Judge(decoded[..count], form.Pattern, encrypted);
        if (confidence == 0) return;
        int end = EndOf(text, body + read, form.Label);
        if (end > 0) sink.Add(form.Pattern, at, end, confidence);
        else sink.Add(form.Pattern, at, body + read, 60);
    }

    /// <summary>
    /// Skips <c>Name: value</c> lines and the empty line after them. Base 64 has no colon, so without one in the first line
    /// there are none.
    /// </summary>
    private static int SkipHeaders(ReadOnlySpan<byte> text, int at, out bool encrypted)
    {
        encrypted = false;
        ReadOnlySpan<byte> lines = text.Slice(at, Math.Min(text.Length - at, MostHeaders));
        int begin = lines.IndexOfAnyExcept((byte)'\r', (byte)'\n');
        if (begin < 0 || lines[begin..].IndexOfAny((byte)':', (byte)'\n') is var colon && (colon < 0 || lines[begin + colon] != ':'))
            return at;
        int empty = lines[begin..].IndexOf("\n\n"u8), returned = lines[begin..].IndexOf("\n\r\n"u8);
        int end = empty >= 0 ? begin + empty + 2 : returned >= 0 ? begin + returned + 3 : 0;
        encrypted = lines[..end].IndexOf("ENCRYPTED"u8) >= 0;
        return at + end;
    }

    private static int Judge(ReadOnlySpan<byte> decoded, int pattern, bool encrypted)
    {
        if (encrypted && pattern is 1 or 2 or 5)
            return decoded.Length >= 48 && decoded.Length % 8 == 0 ? 90
                : decoded.Length >= 48 ? 60
                : 0;
        switch (pattern)
        {
            case 4: return OpenSshKeys.TryRead(decoded, out _, out int openSsh) ? openSsh : 0;
            case 5: return IsDsa(decoded) ? 90 : 0;
            case 6: return OpenPgpSecretKey.TryRead(decoded, out OpenPgpSecretKey packet) ? packet.Confidence : 0;
            default:
                if (!DerPrivateKey.TryRead(decoded, out DerPrivateKey key)) return 0;
                DerKeyKind expected = pattern switch
                {
                    0 => DerKeyKind.Pkcs8,
                    1 => DerKeyKind.Rsa,
                    2 => DerKeyKind.EllipticCurve,
                    _ => DerKeyKind.EncryptedPkcs8,
                };
                return key.Kind == expected ? key.Confidence : 0;
        }
    }

    /// <summary>Whether this is version 0, then p, q, g, y, x (OpenSSL's form, which no standard defines).</summary>
    private static bool IsDsa(ReadOnlySpan<byte> decoded)
    {
        if (!new DerReader(decoded).TryRead(DerReader.Sequence, out ReadOnlySpan<byte> content)) return false;
        var reader = new DerReader(content);
        for (int number = 0; number < 6; number++)
        {
            if (!reader.TryReadUnsigned(out ReadOnlySpan<byte> value) || number == 0 && value is not [0]) return false;
        }
        return reader.AtEnd;
    }

    /// <summary>Where the line that ends the key ends; 0 when there is none. Armour has its checksum before that line.</summary>
    private static int EndOf(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> label)
    {
        ReadOnlySpan<byte> rest = text.Slice(at, Math.Min(text.Length - at, 32));
        int end = rest.IndexOf("-----END "u8);
        if (end < 0) return 0;
        at += end + 9;
        return text[at..].StartsWith(label) && text[(at + label.Length)..].StartsWith("-----"u8) ? at + label.Length + 5 : 0;
    }
}
