namespace Lethe.Scanning.Secrets;

/// <summary>
/// Checks the last six letters of GitHub's and npm's tokens. They are the CRC-32 (IEEE 802.3) of the letters between them and the prefix,
/// in base 62 (digits, upper, lower case), with leading zeros. GitHub describes it in "Behind GitHub's new authentication token formats",
/// 2021.
/// </summary>
internal static class Base62Checksum
{
    private const int Length = 6;

    /// <summary>Whether <paramref name="token"/>, without its prefix, ends in its own checksum.</summary>
    public static bool Holds(ReadOnlySpan<byte> token)
    {
        if (token.Length <= Length) return false;
        uint rest = Crc32(token[..^Length]);
        for (int place = token.Length - 1; place >= token.Length - Length; place--)
        {
            if (token[place] != Digit(rest % 62)) return false;
            rest /= 62;
        }
        return true;
    }

    private static byte Digit(uint value) => (byte)(value < 10 ? '0' + value : value < 36 ? 'A' + value - 10 : 'a' + value - 36);

    private static uint Crc32(ReadOnlySpan<byte> text)
    {
        uint crc = uint.MaxValue;
        foreach (byte letter in text)
        {
            crc ^= letter;
            for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
        }
        return ~crc;
    }
}
