using System.Buffers.Binary;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Recognises OpenPGP packets with a secret key or subkey of version 4 (RFC 9580 §5.5.3), with old and new headers. The
/// packet's length, the lengths of the numbers, and the protection must fit. Version 6 is not covered.
/// </summary>
/// <param name="Length">Bytes of the packet that are present, including its header.</param>
/// <param name="Confidence">100: not protected, and the checksum is right. 90: protected. 60: cut off.</param>
internal readonly record struct OpenPgpSecretKey(int Length, int Confidence)
{
    private const int MostBody = 16 * 1024;

    /// <summary>Reads the packet that begins with the first byte, if there is one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out OpenPgpSecretKey key)
    {
        key = default;
        if (!TryReadHeader(bytes, out int header, out int length) || length is < 24 or > MostBody) return false;
        bool whole = length <= bytes.Length - header;
        ReadOnlySpan<byte> body = bytes.Slice(header, Math.Min(length, bytes.Length - header));
        if (body.Length < 24 || body[0] != 4) return false;
        // The date is between 1998, when version 4 came, and 2038.
        if (BinaryPrimitives.ReadUInt32BigEndian(body[1..]) is < 880_000_000 or > 2_145_000_000) return false;
        int algorithm = body[5];
        ReadOnlySpan<byte> rest = body[6..];
        if (!TrySkipPublic(ref rest, algorithm)) return false;
        if (!whole)
        {
            key = new(bytes.Length, 60);
            return true;
        }
        if (rest.Length < 4 || !TryJudgeSecret(rest, algorithm, out int confidence)) return false;
        key = new(header + length, confidence);
        return true;
    }

    /// <summary>Reads a header with tag 5 or 7 and a length that is not partial (RFC 9580 §4.2).</summary>
    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, out int header, out int length)
    {
        (header, length) = (0, 0);
        if (bytes.Length < 6) return false;
        switch (bytes[0])
        {
            case 0x94 or 0x9c:
                (header, length) = (2, bytes[1]);
                return true;
            case 0x95 or 0x9d:
                (header, length) = (3, BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]));
                return length > 255;
            case 0xc5 or 0xc7:
                if (bytes[1] < 192) (header, length) = (2, bytes[1]);
                else if (bytes[1] < 224) (header, length) = (3, (bytes[1] - 192 << 8) + bytes[2] + 192);
                else return false;
                return true;
            default:
                return false;
        }
    }

    private static bool TrySkipPublic(ref ReadOnlySpan<byte> rest, int algorithm)
    {
        switch (algorithm)
        {
            case 1 or 2 or 3:
                return TrySkipNumber(ref rest, 512, 16384) && TrySkipNumber(ref rest, 2, 256);
            case 16:
                return TrySkipNumber(ref rest, 512, 8192) && TrySkipNumber(ref rest, 1, 8192) && TrySkipNumber(ref rest, 1, 8192);
            case 17:
                return TrySkipNumber(ref rest, 512, 8192)
                    && TrySkipNumber(ref rest, 128, 512)
                    && TrySkipNumber(ref rest, 1, 8192)
                    && TrySkipNumber(ref rest, 1, 8192);
            case 18 or 19 or 22:
                // Curve, point, and for ECDH the parameters of key derivation.
                if (rest.IsEmpty || rest[0] is < 5 or > 10 || rest.Length <= rest[0]) return false;
                rest = rest[(1 + rest[0])..];
                if (!TrySkipNumber(ref rest, 200, 1100)) return false;
                if (algorithm != 18) return true;
                if (rest.Length < 4 || rest[0] != 3 || rest[1] != 1) return false;
                rest = rest[4..];
                return true;
            default:
                return false;
        }
    }

    private static bool TryJudgeSecret(ReadOnlySpan<byte> secret, int algorithm, out int confidence)
    {
        confidence = 90;
        int usage = secret[0];
        if (usage is 253 or 254 or 255)
        {
            // The cipher, then simple, salted, iterated or memory-hard derivation. GnuPG's mark (101) for keys that are stored
            // elsewhere is refused, as these hold no secret.
            return secret[1] is >= 1 and <= 13 && secret.Length >= 20 && (usage == 253 || secret[2] is 0 or 1 or 3);
        }
        if (usage != 0) return false;
        ReadOnlySpan<byte> rest = secret[1..];
        for (int numbers = algorithm is 1 or 2 or 3 ? 4 : 1; numbers > 0; numbers--)
        {
            if (!TrySkipNumber(ref rest, 1, 16384)) return false;
        }
        if (rest.Length != 2) return false;
        ushort sum = 0;
        foreach (byte value in secret[1..^2]) sum += value;
        confidence = 100;
        return sum == BinaryPrimitives.ReadUInt16BigEndian(rest);
    }

    /// <summary>Skips a number: the count of its bits, of which the first is 1, then its bytes.</summary>
    private static bool TrySkipNumber(ref ReadOnlySpan<byte> rest, int leastBits, int mostBits)
    {
        if (rest.Length < 3) return false;
        int bits = BinaryPrimitives.ReadUInt16BigEndian(rest), bytes = (bits + 7) / 8;
        if (bits < leastBits || bits > mostBits || rest.Length - 2 < bytes || rest[2] >> (bits - 1 & 7) != 1) return false;
        rest = rest[(2 + bytes)..];
        return true;
    }
}
