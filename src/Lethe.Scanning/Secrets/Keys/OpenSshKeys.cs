using System.Buffers.Binary;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>Private keys in OpenSSH's own format, decoded (openssh-portable, PROTOCOL.key).</summary>
internal sealed class OpenSshKeys : ISecretFamily
{
    private const int MostText = 64, MostBlob = 1 << 16;

    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    public IReadOnlyList<Pattern> Patterns { get; } = [new("secret", "openssh-private-key", 0)];

    public IReadOnlyList<byte[]> Anchors { get; } = [Magic.ToArray()];

    public bool IsText => false;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        if (TryRead(window[at..], out int length, out int confidence)) sink.Add(0, at, length, confidence);
    }

    /// <summary>
    /// Reads a key at the beginning of <paramref name="bytes"/>. Confidence is 100 for a whole unencrypted key with equal check numbers,
    /// 90 for a whole encrypted key, 60 for one that is cut off.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out int length, out int confidence)
    {
        (length, confidence) = (bytes.Length, 60);
        if (!bytes.StartsWith(Magic)) return false;
        ReadOnlySpan<byte> rest = bytes[Magic.Length..];
        if (!TryReadString(ref rest, MostText, out ReadOnlySpan<byte> cipher) || !IsName(cipher)) return false;
        if (!TryReadString(ref rest, MostText, out ReadOnlySpan<byte> derivation) || !IsName(derivation)) return false;
        bool open = cipher.SequenceEqual("none"u8);
        if (
            open != derivation.SequenceEqual("none"u8)
            || !TryReadString(ref rest, 256, out ReadOnlySpan<byte> options)
            || open && options.Length > 0
        )
            return false;
        if (rest.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(rest) is < 1 or > 16) return false;
        rest = rest[4..];
        if (
            !TryReadString(ref rest, MostBlob, out ReadOnlySpan<byte> publicKey)
            || !TryReadString(ref publicKey, MostText, out ReadOnlySpan<byte> type)
            || !IsName(type)
        )
            return false;
        if (rest.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(rest) > MostBlob) return false;
        if (!TryReadString(ref rest, MostBlob, out ReadOnlySpan<byte> secret)) return true;
        if (secret.Length < 16 || secret.Length % 8 != 0) return false;
        if (open && !secret[..4].SequenceEqual(secret[4..8])) return false;
        (length, confidence) = (bytes.Length - rest.Length, open ? 100 : 90);
        return true;
    }

    private static bool TryReadString(ref ReadOnlySpan<byte> bytes, int most, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (bytes.Length < 4) return false;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (length > most || length > bytes.Length - 4) return false;
        text = bytes.Slice(4, (int)length);
        bytes = bytes[(4 + (int)length)..];
        return true;
    }

    private static bool IsName(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'-', (byte)'z');
}
