namespace Lethe.Tests.Scanning.Sources;

/// <summary>A plain LZO1X encoder by the kernel's description of the stream (Documentation/staging/lzo.rst), for tests.</summary>
internal static class LzoEncoder
{
    private const int LongestDistance = 0xbfff;

    public static byte[] Encode(ReadOnlySpan<byte> input)
    {
        var output = new List<byte>();
        var places = new Dictionary<uint, int>();
        int literals = 0, at = 0, lastOperand = -1;
        while (at + 4 <= input.Length)
        {
            uint key = BitConverter.ToUInt32(input[at..]);
            bool known = places.TryGetValue(key, out int place);
            places[key] = at;
            if (!known || at - place > LongestDistance || (at - place) == 0x4000)
            {
                at++;
                continue;
            }

            int length = 4;
            while (at + length < input.Length && input[place + length] == input[at + length]) length++;
            Literals(output, input[literals..at], ref lastOperand);
            Repeat(output, at - place, length, ref lastOperand);
            at += length;
            literals = at;
        }

        Literals(output, input[literals..], ref lastOperand);
        output.AddRange([0x11, 0, 0]);
        return [.. output];
    }

    private static void Literals(List<byte> output, ReadOnlySpan<byte> bytes, ref int lastOperand)
    {
        if (bytes.IsEmpty) return;
        if (lastOperand < 0 && bytes.Length <= 238) output.Add((byte)(bytes.Length + 17));
        else if (lastOperand >= 0 && bytes.Length <= 3) output[lastOperand] |= (byte)bytes.Length;
        else Long(output, 0, bytes.Length - 3, 15);
        output.AddRange(bytes);
    }

    private static void Repeat(List<byte> output, int distance, int length, ref int lastOperand)
    {
        if (length <= 8 && distance <= 2048)
        {
            lastOperand = output.Count;
            output.Add((byte)(((length - 1) << 5) | (((distance - 1) & 7) << 2)));
            output.Add((byte)((distance - 1) >> 3));
            return;
        }

        bool near = distance <= 0x4000;
        if (near) Long(output, 0x20, length - 2, 31);
        else Long(output, 0x10 | ((distance - 0x4000) >> 11 & 8), length - 2, 7);
        int operand = near ? distance - 1 : (distance - 0x4000) & 0x3fff;
        lastOperand = output.Count;
        output.AddRange([(byte)(operand << 2), (byte)(operand >> 6)]);
    }

    private static void Long(List<byte> output, int code, int length, int most)
    {
        if (length <= most)
        {
            output.Add((byte)(code | length));
            return;
        }

        output.Add((byte)code);
        for (length -= most; length > 255; length -= 255) output.Add(0);
        output.Add((byte)length);
    }
}
