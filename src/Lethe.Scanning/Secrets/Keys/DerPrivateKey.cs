using System.Buffers.Binary;
using System.Numerics;

namespace Lethe.Scanning.Secrets;

/// <summary>The kinds of private keys in DER.</summary>
internal enum DerKeyKind
{
    Rsa,
    EllipticCurve,
    Pkcs8,
    EncryptedPkcs8,
}

/// <summary>
/// Recognises private keys in DER by their whole structure: RSAPrivateKey (RFC 8017 A.1.2), ECPrivateKey (RFC 5915), PrivateKeyInfo
/// and OneAsymmetricKey (RFC 5958), EncryptedPrivateKeyInfo (RFC 5958 §3). For RSA keys with two primes it checks n = p * q.
/// </summary>
/// <param name="Kind">The structure.</param>
/// <param name="Length">Bytes of it that are present.</param>
/// <param name="Confidence">100 for whole RSA keys, 90 for other whole structures, 60 when the end is missing.</param>
internal readonly record struct DerPrivateKey(DerKeyKind Kind, int Length, int Confidence)
{
    private const int LeastModulus = 64, MostModulus = 2048;

    private static ReadOnlySpan<byte> RsaAlgorithm => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
    private static ReadOnlySpan<byte> EllipticCurveAlgorithm => [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    private static ReadOnlySpan<byte> DsaAlgorithm => [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
    private static ReadOnlySpan<byte> EdwardsAlgorithms => [0x2b, 0x65];
    private static ReadOnlySpan<byte> Pkcs5Algorithms => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05];
    private static ReadOnlySpan<byte> Pkcs12Algorithms => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];

    /// <summary>Reads the key that begins with the first byte, if there is one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out DerPrivateKey key)
    {
        key = default;
        if (!DerReader.TryReadHeader(bytes, DerReader.Sequence, out int header, out int length)) return false;
        if (length > bytes.Length - header) return TryReadBeginning(bytes, header, length, out key);
        ReadOnlySpan<byte> content = bytes.Slice(header, length);
        DerKeyKind? kind;
        int confidence = 90;
        if (IsRsa(content)) (kind, confidence) = (DerKeyKind.Rsa, 100);
        else if (IsEllipticCurve(content, false)) kind = DerKeyKind.EllipticCurve;
        else if (IsPkcs8(content, out confidence)) kind = DerKeyKind.Pkcs8;
        else if (IsEncrypted(content)) (kind, confidence) = (DerKeyKind.EncryptedPkcs8, 90);
        else return false;
        key = new(kind.Value, header + length, confidence);
        return true;
    }

    private static bool IsRsa(ReadOnlySpan<byte> content)
    {
        var reader = new DerReader(content);
        if (!reader.TryReadUnsigned(out ReadOnlySpan<byte> version) || version.Length != 1 || version[0] > 1) return false;
        if (
            !reader.TryReadUnsigned(out ReadOnlySpan<byte> modulus)
            || modulus.Length is < LeastModulus or > MostModulus
            || (modulus[^1] & 1) == 0
        )
            return false;
        if (!reader.TryReadUnsigned(out ReadOnlySpan<byte> exponent) || exponent.Length > modulus.Length || (exponent[^1] & 1) == 0)
            return false;
        if (
            !reader.TryReadUnsigned(out _)
            || !reader.TryReadUnsigned(out ReadOnlySpan<byte> first)
            || !reader.TryReadUnsigned(out ReadOnlySpan<byte> second)
        )
            return false;
        for (int rest = 0; rest < 3; rest++)
        {
            if (!reader.TryReadUnsigned(out ReadOnlySpan<byte> number) || number.Length > modulus.Length) return false;
        }
        // Version 1 has further primes (otherPrimeInfos).
        if (version[0] == 1) return reader.TryRead(DerReader.Sequence, out _) && reader.AtEnd;
        return reader.AtEnd && IsProduct(modulus, first, second);
    }

    private static bool IsProduct(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (first.Length < 8 || second.Length < 8 || first.Length + second.Length > modulus.Length + 1) return false;
        // The lowest 64 bits nearly always decide, at no cost.
        if (
            BinaryPrimitives.ReadUInt64BigEndian(first[^8..]) * BinaryPrimitives.ReadUInt64BigEndian(second[^8..])
            != BinaryPrimitives.ReadUInt64BigEndian(modulus[^8..])
        )
            return false;
        return new BigInteger(first, true, true) * new BigInteger(second, true, true) == new BigInteger(modulus, true, true);
    }

    private static bool IsEllipticCurve(ReadOnlySpan<byte> content, bool curveIsKnown)
    {
        var reader = new DerReader(content);
        if (!reader.TryReadUnsigned(out ReadOnlySpan<byte> version) || version is not [1]) return false;
        if (
            !reader.TryRead(DerReader.OctetString, out ReadOnlySpan<byte> number)
            || number.Length is < 14 or > 72
            || !number.ContainsAnyExcept((byte)0)
        )
            return false;
        bool curve = curveIsKnown, point = false;
        if (reader.Tag == 0xa0)
        {
            if (!reader.TryRead(0xa0, out ReadOnlySpan<byte> parameters)) return false;
            var inner = new DerReader(parameters);
            if (
                !inner.TryRead(
                    inner.Tag == DerReader.Sequence ? DerReader.Sequence : DerReader.ObjectIdentifier,
                    out ReadOnlySpan<byte> name
                )
                || name.Length < 3
                || !inner.AtEnd
            )
                return false;
            curve = true;
        }
        if (reader.Tag == 0xa1)
        {
            if (!reader.TryRead(0xa1, out ReadOnlySpan<byte> wrapped) || !new DerReader(wrapped).TryRead(0x03, out ReadOnlySpan<byte> bits))
                return false;
            // An uncompressed point has two numbers of the field's size; a compressed one has one.
            if (bits.Length < 3 || bits[0] != 0 || !(bits[1] == 4 && (bits.Length & 1) == 0 || bits[1] is 2 or 3)) return false;
            point = true;
        }
        return reader.AtEnd && (curve || point);
    }

    private static bool IsPkcs8(ReadOnlySpan<byte> content, out int confidence)
    {
        confidence = 90;
        var reader = new DerReader(content);
        if (
            !reader.TryReadUnsigned(out ReadOnlySpan<byte> version)
            || version is not [0 or 1]
            || !reader.TryRead(DerReader.Sequence, out ReadOnlySpan<byte> algorithm)
            || !reader.TryRead(DerReader.OctetString, out ReadOnlySpan<byte> inner)) return false;
        if (reader.Tag == 0xa0 && !reader.TryRead(0xa0, out _)) return false;
        if (version[0] == 1 && reader.Tag is 0x81 or 0xa1 && !reader.TryRead(reader.Tag, out _)) return false;
        if (!reader.AtEnd || !new DerReader(algorithm).TryRead(DerReader.ObjectIdentifier, out ReadOnlySpan<byte> name)) return false;
        var key = new DerReader(inner);
        if (name.StartsWith(RsaAlgorithm))
        {
            confidence = 100;
            return key.TryRead(DerReader.Sequence, out ReadOnlySpan<byte> rsa) && key.AtEnd && IsRsa(rsa);
        }
        if (name.SequenceEqual(EllipticCurveAlgorithm))
            return key.TryRead(DerReader.Sequence, out ReadOnlySpan<byte> curve) && key.AtEnd && IsEllipticCurve(curve, true);
        // RFC 8410: X25519, X448, Ed25519, Ed448 are 110 to 113.
        if (name.Length == 3 && name.StartsWith(EdwardsAlgorithms) && name[2] is >= 110 and <= 113)
            return key.TryRead(DerReader.OctetString, out ReadOnlySpan<byte> seed) && key.AtEnd && seed.Length is 32 or 56 or 57;
        return name.SequenceEqual(DsaAlgorithm) && key.TryReadUnsigned(out ReadOnlySpan<byte> secret) && secret.Length >= 16 && key.AtEnd;
    }

    private static bool IsEncrypted(ReadOnlySpan<byte> content)
    {
        var reader = new DerReader(content);
        if (
            !reader.TryRead(DerReader.Sequence, out ReadOnlySpan<byte> algorithm)
            || !reader.TryRead(DerReader.OctetString, out ReadOnlySpan<byte> data)
            || !reader.AtEnd
        )
            return false;
        var inner = new DerReader(algorithm);
        return inner.TryRead(DerReader.ObjectIdentifier, out ReadOnlySpan<byte> name)
            && (name.StartsWith(Pkcs5Algorithms) || name.StartsWith(Pkcs12Algorithms))
            && inner.TryRead(DerReader.Sequence, out _) && inner.AtEnd && data.Length >= 32;
    }

    /// <summary>Reads a key with its end cut off or out of sight. Its length and its first numbers must fit each other.</summary>
    private static bool TryReadBeginning(ReadOnlySpan<byte> bytes, int header, int length, out DerPrivateKey key)
    {
        key = default;
        var reader = new DerReader(bytes[header..]);
        if (!reader.TryReadUnsigned(out ReadOnlySpan<byte> version) || version is not [0 or 1]) return false;
        if (reader.Tag == DerReader.Sequence)
        {
            if (!reader.TryRead(DerReader.Sequence, out ReadOnlySpan<byte> algorithm) || reader.Tag != DerReader.OctetString
                || !new DerReader(algorithm).TryRead(DerReader.ObjectIdentifier, out ReadOnlySpan<byte> name)
                || !name.StartsWith(RsaAlgorithm) && !name.SequenceEqual(EllipticCurveAlgorithm)) return false;
            key = new(DerKeyKind.Pkcs8, bytes.Length, 60);
            return true;
        }
        if (
            !reader.TryReadUnsigned(out ReadOnlySpan<byte> modulus)
            || modulus.Length is < LeastModulus or > MostModulus
            || (modulus[^1] & 1) == 0
        )
            return false;
        if (!reader.TryReadUnsigned(out ReadOnlySpan<byte> exponent) || exponent.Length > 8 || (exponent[^1] & 1) == 0) return false;
        // d is as large as n; the five other numbers have half its size.
        if (length < modulus.Length * 4 || length > modulus.Length * 5 + 64) return false;
        key = new(DerKeyKind.Rsa, bytes.Length, 60);
        return true;
    }
}
