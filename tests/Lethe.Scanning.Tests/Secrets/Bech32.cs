using System.Text;

namespace Lethe.Tests.Scanning.Secrets;

/// <summary>Writes Bech32 (BIP 173), upper case, as its description says.</summary>
internal static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

    public static string Encode(string prefix, byte[] bytes)
    {
        string name = prefix.ToLowerInvariant();
        var values = new List<int>();
        string bits = string.Concat(bytes.Select(value => Convert.ToString(value, 2).PadLeft(8, '0')));
        for (int at = 0; at < bits.Length; at += 5)
            values.Add(Convert.ToInt32(bits.Substring(at, Math.Min(5, bits.Length - at)).PadRight(5, '0'), 2));
        List<int> all = [.. name.Select(letter => letter >> 5), 0, .. name.Select(letter => letter & 31), .. values, 0, 0, 0, 0, 0, 0];
        int checksum = Polymod(all) ^ 1;
        var text = new StringBuilder(name).Append('1');
        foreach (int value in values) text.Append(Alphabet[value]);
        for (int place = 5; place >= 0; place--) text.Append(Alphabet[checksum >> 5 * place & 31]);
        return text.ToString().ToUpperInvariant();
    }

    private static int Polymod(List<int> values)
    {
        int[] generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        int checksum = 1;
        foreach (int value in values)
        {
            int top = checksum >> 25;
            checksum = (checksum & 0x1ffffff) << 5 ^ value;
            for (int bit = 0; bit < 5; bit++) checksum ^= (top >> bit & 1) != 0 ? generator[bit] : 0;
        }
        return checksum;
    }
}
