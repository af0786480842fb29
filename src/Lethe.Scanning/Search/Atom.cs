using System.Buffers.Binary;

namespace Lethe.Scanning.Search;

/// <summary>Up to four bytes in a row of a literal. The search finds the literal by them (YARA's term).</summary>
/// <param name="Bytes">The bytes, the first one lowest. Those beyond the width are zero.</param>
/// <param name="Width">How many bytes, 1 to 4.</param>
internal readonly record struct Atom(uint Bytes, int Width)
{
    /// <summary>Bytes of an atom, unless the literal has fewer.</summary>
    public const int Widest = 4;

    // A repeated byte is at least as common as this, whatever its value.
    private const double Repetition = 50;

    public static Atom At(ReadOnlySpan<byte> bytes, int width) => new(
        width switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            3 => BinaryPrimitives.ReadUInt16LittleEndian(bytes) | (uint)bytes[2] << 16,
            _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        },
        width);

    /// <summary>
    /// The offset of the atom that is rarest in memory. An atom that begins with zero is taken only when there is no other, so pages
    /// of zeros can be skipped.
    /// </summary>
    public static int RarestIn(ReadOnlySpan<byte> literal)
    {
        int best = 0, width = Math.Min(Widest, literal.Length);
        double least = double.MaxValue;
        for (int offset = 0; offset + width <= literal.Length; offset++)
        {
            double cost = literal[offset] == 0 ? 1e12 : 1;
            for (int at = offset; at < offset + width; at++)
                cost *=
                    at > offset && literal[at] == literal[at - 1] ? Math.Max(Repetition, Commonness(literal[at])) : Commonness(literal[at]);
            if (cost < least) (best, least) = (offset, cost);
        }

        return best;
    }

    /// <summary>How common a byte is in memory that is not zero, roughly in thousandths.</summary>
    public static double Commonness(byte value) => value switch
    {
        0 => 150,
        1 or 2 or 4 or 8 or 0x10 => 15,
        (byte)' ' or (byte)'e' or (byte)'t' or (byte)'a' or (byte)'i' or (byte)'n' or (byte)'o' or (byte)'r' or (byte)'s' => 16,
        >= (byte)'a' and <= (byte)'z' => 6,
        0xff or 0x48 or 0x8b or 0x89 or 0x0f or 0x24 or (byte)'_' or (byte)'.' or (byte)'-' or (byte)'=' => 8,
        >= (byte)'0' and <= (byte)'9' or >= (byte)'A' and <= (byte)'Z' => 4,
        < 0x20 => 6,
        _ => 1.5,
    };
}
