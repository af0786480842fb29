using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Access keys of AWS: an identifier, which is no secret by itself, and the secret of 40 base 64 letters near it in
/// configuration and environment. Identifiers of the AWS documentation, which end in EXAMPLE, are left out.
/// </summary>
internal sealed class AwsKeys : ISecretFamily
{
    private const int Identifier = 20, Secret = 40, Near = 256;

    public IReadOnlyList<Pattern> Patterns { get; } =
    [new("secret", "aws-access-key-id", Identifier), new("secret", "aws-secret-access-key", Secret)];

    public IReadOnlyList<byte[]> Anchors { get; } = ["AKIA"u8.ToArray(), "ASIA"u8.ToArray()];

    public bool IsText => true;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        if (Letters.IsInWord(window, at - 1) || window.Length - at < Identifier || Letters.IsInWord(window, at + Identifier)) return;
        ReadOnlySpan<byte> identifier = window.Slice(at, Identifier);
        if (identifier.IndexOfAnyExcept(Letters.Base32) >= 0 || identifier.EndsWith("EXAMPLE"u8) || Letters.Entropy(identifier[4..]) < 2.5)
            return;
        int from = Math.Max(0, at - Near), to = Math.Min(window.Length, at + Identifier + Near);
        int secret = FindSecret(window[from..to]);
        sink.Add(0, at, Identifier, secret < 0 ? 60 : 80);
        if (secret >= 0) sink.Add(1, from + secret, Secret, 80);
    }

    /// <summary>Finds a run of exactly 40 letters that vary as random ones do; negative when there is none.</summary>
    private static int FindSecret(ReadOnlySpan<byte> text)
    {
        for (int at = 0; at < text.Length;)
        {
            int run = Letters.Run(text[at..], Letters.Base64, text.Length);
            if (run == Secret && (at + run == text.Length || text[at + run] != '='))
            {
                ReadOnlySpan<byte> letters = text.Slice(at, run);
                if (letters.ContainsAnyInRange((byte)'a', (byte)'z') && letters.ContainsAnyInRange((byte)'A', (byte)'Z')
                    && letters.ContainsAnyInRange((byte)'0', (byte)'9') && Letters.Entropy(letters) >= 4) return at;
            }
            at += run + 1;
        }
        return -1;
    }
}
