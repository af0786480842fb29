using System.Security.Cryptography;

namespace Lethe.Evidence.Certificates;

/// <summary>
/// Names for certificates: 26 letters and digits that sort by time (48 bits of milliseconds, 80 random bits; github.com/ulid/spec).
/// </summary>
internal static class Ulid
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 26;

    /// <summary>A new name.</summary>
    /// <param name="time">The moment it sorts by.</param>
    public static string New(DateTimeOffset time)
    {
        Span<byte> random = stackalloc byte[10];
        RandomNumberGenerator.Fill(random);
        UInt128 value = (UInt128)(ulong)time.ToUnixTimeMilliseconds() << 80;
        for (int index = 0; index < random.Length; index++) value |= (UInt128)random[index] << (8 * index);
        return string.Create(Length, value, static (text, value) =>
        {
            for (int index = text.Length - 1; index >= 0; index--, value >>= 5) text[index] = Alphabet[(int)(value & 31)];
        });
    }

    /// <summary>Whether a text has the form of such a name.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length == Length && text[0] <= '7' && text.All(letter => Alphabet.Contains(letter, StringComparison.Ordinal));
}
