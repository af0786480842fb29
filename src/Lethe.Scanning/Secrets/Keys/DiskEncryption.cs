using System.Buffers.Binary;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Headers of LUKS 1 and 2, which hold keys that are encrypted with a passphrase (LUKS On-Disk Format 1.2.3; LUKS2 On-Disk Format 1.1).
/// Also tables of dm-crypt with the volume key in hexadecimal (Linux, Documentation/admin-guide/device-mapper/dm-crypt.rst). The volume
/// key that the kernel works with is found as <c>aes-256-xts</c> by <see cref="AesSchedules"/>.
/// </summary>
internal sealed class DiskEncryption : ISecretFamily
{
    private const int Luks1 = 0, Luks2 = 1, TableKey = 2;
    private const int Luks1Length = 592, Luks2Length = 4096, FirstTable = 3;

    public IReadOnlyList<Pattern> Patterns { get; } =
    [new("secret", "luks1-header", Luks1Length), new("secret", "luks2-header", Luks2Length), new("secret", "dm-crypt-table-key", 0)];

    // LUKS2 writes the mark of its second header backwards. The kernel names modes cipher-chainmode-ivmode.
    public IReadOnlyList<byte[]> Anchors { get; } =
    [
        [.. "LUKS"u8, 0xba, 0xbe, 0, 1], [.. "LUKS"u8, 0xba, 0xbe, 0, 2], [.. "SKUL"u8, 0xba, 0xbe, 0, 2],
        "-plain64 "u8.ToArray(),
        "-plain64be "u8.ToArray(),
        "-plain "u8.ToArray(),
        "-essiv:sha256 "u8.ToArray(),
        "-eboiv "u8.ToArray(),
        "-elephant "u8.ToArray(),
    ];

    public bool IsText => false;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        ReadOnlySpan<byte> header = window[at..];
        if (anchor >= FirstTable) ExamineTable(window, at, Anchors[anchor].Length, sink);
        else if (anchor == 0 && IsLuks1(header)) sink.Add(Luks1, at, Math.Min(header.Length, Luks1Length), 90);
        else if (anchor is 1 or 2 && IsLuks2(header)) sink.Add(Luks2, at, Math.Min(header.Length, Luks2Length), 90);
    }

    /// <summary>Checks the names of cipher, mode and hash, 32 bytes each, from byte 8, and the number of key bytes at 108.</summary>
    private static bool IsLuks1(ReadOnlySpan<byte> header) =>
        header.Length >= 112
        && IsName(header.Slice(8, 32))
        && IsName(header.Slice(40, 32))
        && IsName(header.Slice(72, 32))
        && BinaryPrimitives.ReadUInt32BigEndian(header[108..]) is 16 or 24 or 32 or 48 or 64;

    /// <summary>Checks the size of the header, 16 KiB to 4 MiB, at byte 8, and the name of the checksum at 72.</summary>
    private static bool IsLuks2(ReadOnlySpan<byte> header) =>
        header.Length >= 104
        && BinaryPrimitives.ReadUInt64BigEndian(header[8..]) is >= 1 << 14 and <= 1 << 22 and var size
        && (size & size - 1) == 0 && IsName(header.Slice(72, 32));

    private static bool IsName(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return end > 0 && !field[..end].ContainsAnyExceptInRange((byte)' ', (byte)'~') && !field[end..].ContainsAnyExcept((byte)0);
    }

    private static void ExamineTable(ReadOnlySpan<byte> window, int at, int literal, SecretSink sink)
    {
        int key = at + literal, digits = Letters.Run(window[key..], Letters.Hex, 257);
        // 128 to 512 bits. 64 digits and more may be two keys.
        if (digits is not (32 or 48 or 64 or 96 or 128) || key + digits >= window.Length || window[key + digits] != ' ') return;
        if (Letters.Entropy(window.Slice(key, digits)) >= 2.5) sink.Add(TableKey, key, digits, 90);
    }
}
