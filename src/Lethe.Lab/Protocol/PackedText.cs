using System.IO.Compression;
using System.Text;

namespace Lethe.Lab.Protocol;

/// <summary>
/// Long text on its way out of the guest: each byte of the emulated serial port costs the guest an interrupt's worth of time.
/// </summary>
internal static class PackedText
{
    /// <summary>The most that is unpacked, in bytes: a guest may be hostile.</summary>
    public const int MostBytes = 64 << 20;

    /// <summary>Packs text into letters, digits and a few signs.</summary>
    public static string Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var packing = new DeflateStream(packed, CompressionLevel.Fastest)) packing.Write(Encoding.UTF8.GetBytes(text));
        return Convert.ToBase64String(packed.ToArray());
    }

    /// <summary>Unpacks it.</summary>
    /// <exception cref="InvalidDataException">It was not packed so, or is too long.</exception>
    public static string Unpack(string packed)
    {
        try
        {
            using var unpacking = new DeflateStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
            using var text = new MemoryStream();
            byte[] piece = new byte[64 << 10];
            while (unpacking.Read(piece) is > 0 and var read)
            {
                if (text.Length + read > MostBytes) throw new InvalidDataException($"it unpacks to more than {MostBytes} bytes");
                text.Write(piece, 0, read);
            }

            return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        }
        catch (FormatException failure)
        {
            throw new InvalidDataException("it is no packed text", failure);
        }
    }
}
