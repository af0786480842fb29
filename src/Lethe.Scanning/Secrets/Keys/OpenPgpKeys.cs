using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// OpenPGP secret keys as packets, and in gpg-agent's form: canonical S-expressions (libgcrypt manual; gnupg
/// agent/keyformat.txt). The first bytes of a packet are too common to look for. The usual public exponent of RSA is not; it comes
/// after a modulus of usual length. Names of curves are not, either; they come after the algorithm. DSA and ElGamal keys are found in
/// armour only.
/// </summary>
internal sealed class OpenPgpKeys : ISecretFamily
{
    private const int Packet = 0, Expression = 1;

    private static readonly byte[][] Marks =
    [
        // The number 65537, of 17 bits.
        [0x00, 0x11, 0x01, 0x00, 0x01],
        // Ed25519, Curve25519, P-256, P-384, P-521, secp256k1, brainpoolP256r1.
        [0x16, 0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01],
        [0x12, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x97, 0x55, 0x01, 0x05, 0x01],
        .. from algorithm in new byte[] { 18, 19 } from curve in new byte[][]
        {
            [0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
            [0x05, 0x2b, 0x81, 0x04, 0x00, 0x22],
            [0x05, 0x2b, 0x81, 0x04, 0x00, 0x23],
            [0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a], [0x09, 0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07],
        } select (byte[])[algorithm, .. curve],
    ];

    private static readonly byte[][] Expressions = ["(11:private-key("u8.ToArray(), "(21:protected-private-key("u8.ToArray()];

    public IReadOnlyList<Pattern> Patterns { get; } = [new("secret", "pgp-secret-key-packet", 0), new("secret", "gnupg-private-key", 0)];

    public IReadOnlyList<byte[]> Anchors { get; } = [.. Marks, .. Expressions];

    public bool IsText => false;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        if (anchor >= Marks.Length)
        {
            ExamineExpression(window, at, Expressions[anchor - Marks.Length].Length, sink);
            return;
        }
        if (anchor > 0) ExaminePacket(window, at, sink);
        // Before the exponent: the algorithm, two bytes of length and the modulus.
        else foreach (int modulus in (ReadOnlySpan<int>)[128, 256, 384, 512]) ExaminePacket(window, at - modulus - 3, sink);
    }

    /// <summary>
    /// Examines a packet with its algorithm at this position. Before that come version and date, before them a header of 2
    /// or 3 bytes.
    /// </summary>
    private static void ExaminePacket(ReadOnlySpan<byte> window, int at, SecretSink sink)
    {
        if (at < 7 || window[at - 5] != 4) return;
        for (int header = 2; header <= 3 && header + 5 <= at; header++)
        {
            int start = at - 5 - header;
            if (OpenPgpSecretKey.TryRead(window[start..], out OpenPgpSecretKey key)) sink.Add(Packet, start, key.Length, key.Confidence);
        }
    }

    private static void ExamineExpression(ReadOnlySpan<byte> window, int at, int literal, SecretSink sink)
    {
        ReadOnlySpan<byte> rest = window[(at + literal)..];
        if (!rest.StartsWith("3:rsa("u8) && !rest.StartsWith("3:ecc("u8) && !rest.StartsWith("3:dsa("u8) && !rest.StartsWith("3:elg("u8))
            return;
        int length = MeasureExpression(window[at..]);
        sink.Add(Expression, at, length > 0 ? length : literal, length > 0 ? 90 : 60);
    }

    /// <summary>Bytes up to the parenthesis that closes the first one; 0 when the text is no such expression.</summary>
    private static int MeasureExpression(ReadOnlySpan<byte> text)
    {
        int depth = 0, at = 0;
        while (at < text.Length)
        {
            if (text[at] == '(') depth++;
            else if (text[at] == ')')
            {
                if (--depth == 0) return at + 1;
            }
            else
            {
                int length = 0, digits = Letters.Run(text[at..], Letters.Digits, 5);
                foreach (byte digit in text.Slice(at, digits)) length = 10 * length + digit - '0';
                at += digits;
                if (digits is 0 or 5 || at >= text.Length || text[at] != ':') return 0;
                at += length;
            }
            at++;
        }
        return 0;
    }
}
