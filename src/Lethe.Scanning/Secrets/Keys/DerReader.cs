namespace Lethe.Scanning.Secrets;

/// <summary>Reads DER (ITU-T X.690) from untrusted bytes. Every read says whether it succeeded.</summary>
internal ref struct DerReader(ReadOnlySpan<byte> bytes)
{
    public const byte Integer = 0x02, OctetString = 0x04, ObjectIdentifier = 0x06, Sequence = 0x30;

    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool AtEnd => rest.IsEmpty;

    /// <summary>The tag of the next element, or 0 at the end.</summary>
    public readonly byte Tag => rest.IsEmpty ? (byte)0 : rest[0];

    /// <summary>Reads the element with this tag.</summary>
    public bool TryRead(byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!TryReadHeader(rest, tag, out int header, out int length) || length > rest.Length - header) return false;
        content = rest.Slice(header, length);
        rest = rest[(header + length)..];
        return true;
    }

    /// <summary>Reads a non-negative integer. The magnitude has no leading zero.</summary>
    public bool TryReadUnsigned(out ReadOnlySpan<byte> magnitude)
    {
        if (!TryRead(Integer, out magnitude) || magnitude.IsEmpty || magnitude[0] >= 0x80) return false;
        if (magnitude.Length > 1 && magnitude[0] == 0)
        {
            if (magnitude[1] < 0x80) return false;
            magnitude = magnitude[1..];
        }
        return true;
    }

    /// <summary>
    /// Reads tag and length at the beginning of <paramref name="bytes"/>. The content may be cut off. Lengths are definite, minimal and
    /// below 64 KiB.
    /// </summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, byte tag, out int header, out int length)
    {
        (header, length) = (2, 0);
        if (bytes.Length < 2 || bytes[0] != tag) return false;
        length = bytes[1];
        if (length < 0x80) return true;
        header = length == 0x81 ? 3 : 4;
        if (length > 0x82 || bytes.Length < header || length == 0x80) return false;
        length = header == 3 ? bytes[2] : bytes[2] << 8 | bytes[3];
        return length >= (header == 3 ? 0x80 : 0x100);
    }
}
