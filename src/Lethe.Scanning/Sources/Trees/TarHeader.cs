using System.Text;

namespace Lethe.Scanning.Sources.Trees;

/// <summary>
/// A header of a tar archive (POSIX.1-1988 ustar, GNU tar's extensions). It is parsed here, because .NET's reader allocates as
/// much memory as an archive claims for a name.
/// </summary>
/// <param name="Name">The file's name. Extended headers have something else in this field.</param>
/// <param name="Type">The kind of entry.</param>
/// <param name="Length">Bytes that follow in the archive.</param>
/// <param name="HasMoreMap">Whether blocks with more of a sparse file's map follow, before the file's bytes.</param>
internal readonly record struct TarHeader(string Name, byte Type, long Length, bool HasMoreMap)
{
    /// <summary>Bytes of a header. Everything in an archive is padded to a multiple of this.</summary>
    public const int BlockSize = 512;

    private const int ChecksumOffset = 148, MagicOffset = 257, SparseMoreOffset = 482;

    /// <summary>
    /// Whether these are the first bytes of an archive: a name and a right checksum. The oldest archives have no other mark.
    /// </summary>
    public static bool Recognises(ReadOnlySpan<byte> head) => head.Length >= BlockSize && head[0] != 0 && Read(head) is not null;

    /// <summary>Reads a header.</summary>
    /// <returns>Null when it is no header.</returns>
    public static TarHeader? Read(ReadOnlySpan<byte> block)
    {
        int sum = 0, signedSum = 0;
        for (int index = 0; index < BlockSize; index++)
        {
            byte value = index is >= ChecksumOffset and < ChecksumOffset + 8 ? (byte)' ' : block[index];
            sum += value;
            signedSum += (sbyte)value;
        }

        // Old archives have the sum of signed bytes.
        if (Number(block.Slice(ChecksumOffset, 8)) is not { } said || (said != sum && said != signedSum)) return null;
        if (Number(block.Slice(124, 12)) is not { } length || length < 0) return null;
        byte type = block[156];
        string name = Text(block[..100]);
        if (block[MagicOffset..].StartsWith("ustar\0"u8) && Text(block.Slice(345, 155)) is { Length: > 0 } prefix)
            name = $"{prefix}/{name}";
        // Links, directories and the like have no bytes, whatever their length says (POSIX).
        bool hasBytes = type is not ((byte)'1' or (byte)'2' or (byte)'3' or (byte)'4' or (byte)'5' or (byte)'6');
        return new TarHeader(name, type, hasBytes ? length : 0, type == 'S' && block[SparseMoreOffset] != 0);
    }

    /// <summary>Whether another block of a sparse file's map follows this one.</summary>
    public static bool MapGoesOn(ReadOnlySpan<byte> block) => block[504] != 0;

    /// <summary>Text up to a zero byte.</summary>
    public static string Text(ReadOnlySpan<byte> field) =>
        Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and int end ? field[..end] : field);

    // Octal digits, or GNU's binary form with the top bit set.
    private static long? Number(ReadOnlySpan<byte> field)
    {
        long value = 0;
        if ((field[0] & 0x80) != 0)
        {
            // A number that does not fit in 63 bits is not a length.
            if (field[0] != 0x80 || field[1..^7].ContainsAnyExcept((byte)0)) return null;
            foreach (byte next in field[^7..]) value = (value << 8) | next;
            return value;
        }

        ReadOnlySpan<byte> digits = field.Trim(" \0"u8);
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7') return null;
            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }
}
