namespace Lethe.Scanning.Secrets;

/// <summary>
/// Decodes base 64 in lines, as in PEM (RFC 7468) and armour (RFC 9580 §6), also with JSON's <c>\n</c> for line ends.
/// </summary>
internal static class PemBody
{
    /// <summary>Decodes until a letter is not base 64, or <paramref name="bytes"/> is full.</summary>
    /// <param name="text">Text that begins with base 64.</param>
    /// <param name="bytes">Receives the decoded bytes.</param>
    /// <param name="read">How many letters were read, including padding and line ends.</param>
    /// <returns>How many bytes were decoded.</returns>
    public static int Decode(ReadOnlySpan<byte> text, Span<byte> bytes, out int read)
    {
        int written = 0, bits = 0;
        uint held = 0;
        for (read = 0; read < text.Length && written < bytes.Length; read++)
        {
            int value = Value(text[read]);
            if (value >= 0)
            {
                held = held << 6 | (uint)value;
                if ((bits += 6) < 8) continue;
                bytes[written++] = (byte)(held >> (bits -= 8));
            }
            else if (text[read] == '\\' && read + 1 < text.Length && text[read + 1] is (byte)'n' or (byte)'r')
            {
                read++;
            }
            else if (text[read] is not ((byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\t')) break;
            // An empty line does not end the text. But the checksum of armour, which begins with =, does.
            if (read + 1 < text.Length && text[read + 1] == '=' && value < 0) break;
        }
        for (int padding = 0; padding < 2 && bits != 0 && read < text.Length && text[read] == '='; padding++) read++;
        return written;
    }

    private static int Value(byte letter) => letter switch
    {
        >= (byte)'A' and <= (byte)'Z' => letter - 'A',
        >= (byte)'a' and <= (byte)'z' => letter - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => letter - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}
