using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>Identities of age: 32 bytes as Bech32 (BIP 173) in upper case, with its checksum (age-encryption.org/v1).</summary>
internal sealed class AgeKeys : ISecretFamily
{
    // 52 letters for 32 bytes, 6 for the checksum.
    private const int Data = 58;

    private static ReadOnlySpan<byte> Prefix => "AGE-SECRET-KEY-1"u8;
    private static ReadOnlySpan<byte> Alphabet => "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"u8;

    public IReadOnlyList<Pattern> Patterns { get; } = [new("secret", "age-secret-key", 74)];

    public IReadOnlyList<byte[]> Anchors { get; } = [Prefix.ToArray()];

    public bool IsText => true;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        int length = Prefix.Length + Data;
        if (window.Length - at < length) return;
        uint checksum = 1;
        foreach (byte letter in "age-secret-key-"u8) checksum = Add(checksum, letter >> 5);
        checksum = Add(checksum, 0);
        foreach (byte letter in "age-secret-key-"u8) checksum = Add(checksum, letter & 31);
        foreach (byte letter in window.Slice(at + Prefix.Length, Data))
        {
            int value = Alphabet.IndexOf(letter);
            if (value < 0) return;
            checksum = Add(checksum, value);
        }
        if (checksum == 1) sink.Add(0, at, length, 100);
    }

    /// <summary>One step of BIP 173's checksum.</summary>
    private static uint Add(uint checksum, int value)
    {
        ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        uint top = checksum >> 25;
        checksum = (checksum & 0x1ffffff) << 5 ^ (uint)value;
        for (int bit = 0; bit < generator.Length; bit++) checksum ^= (top >> bit & 1) != 0 ? generator[bit] : 0;
        return checksum;
    }
}
