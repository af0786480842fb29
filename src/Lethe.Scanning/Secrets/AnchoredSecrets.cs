using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Finds all secrets that have fixed bytes: private keys, tokens, and users' own rules, in one pass. Confidence: 100, proven by
/// arithmetic (a checksum, n = p * q); 90, a whole structure that fits; 80, a distinctive beginning with the right letters and
/// length; 60, a beginning only, or less distinctive; 50 and less, a hint. Text is also found as UTF-16LE.
/// Not covered: RSA keys as numbers of a library (limbs in native order), for lack of a sound test; kernel key payloads.
/// </summary>
public sealed class AnchoredSecrets : IDetector
{
    // Letters of UTF-16 seen before and after an anchor.
    private const int WideBefore = 512, WideAfter = 4096;

    private readonly ISecretFamily[] families;
    private readonly int[] firstPatterns;
    private readonly AnchorSearch search;

    /// <param name="rules">Rules of the user's own, beside the built-in ones.</param>
    public AnchoredSecrets(IEnumerable<SecretRule>? rules = null)
        : this([
            new PemKeys(), new DerKeys(), new OpenSshKeys(), new AgeKeys(), new OpenPgpKeys(), new DiskEncryption(),
            new TokenShapes(), new JsonWebTokens(), new AwsKeys(), new OpenAiKeys(), new TelegramTokens(), new ServiceAccounts(),
            .. (rules ?? []).Select(rule => new RuleFamily(rule)),
        ])
    {
    }

    private AnchoredSecrets(ISecretFamily[] families)
    {
        this.families = families;
        firstPatterns = new int[families.Length];
        var patterns = new List<Pattern>();
        var anchors = new List<Anchor>();
        for (int family = 0; family < families.Length; family++)
        {
            firstPatterns[family] = patterns.Count;
            patterns.AddRange(families[family].Patterns);
            for (int number = 0; number < families[family].Anchors.Count; number++)
            {
                byte[] literal = families[family].Anchors[number];
                anchors.Add(new(literal, family, number, false));
                if (families[family].IsText) anchors.Add(new(Widened(literal), family, number, true));
            }
        }
        Patterns = patterns;
        search = new(anchors);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Pattern> Patterns { get; }

    /// <summary>
    /// 4 KiB: more than RSA-4096 keys in any form. Of what is longer and lies across a border of windows, only the beginning may be reported.
    /// </summary>
    public int Reach => 4096;

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<byte> window, long offset, MatchList found)
    {
        var examiner = new Examiner(this, offset, found);
        search.Search(window, ref examiner);
    }

    private readonly ref struct Examiner(AnchoredSecrets secrets, long offset, MatchList found) : IAnchorHandler
    {
        public void Found(ReadOnlySpan<byte> window, int at, Anchor anchor)
        {
            int first = secrets.firstPatterns[anchor.Family];
            if (!anchor.Wide)
            {
                secrets.families[anchor.Family].Examine(window, at, anchor.Number, new(found, offset, first, 1));
                return;
            }
            int before = Math.Min(at / 2, WideBefore);
            ReadOnlySpan<byte> wide = window[(at - 2 * before)..];
            Span<byte> narrow = stackalloc byte[Math.Min(wide.Length / 2, WideBefore + WideAfter)];
            Narrow(wide, narrow);
            secrets.families[anchor.Family].Examine(narrow, before, anchor.Number, new(found, offset + at - 2 * before, first, 2));
        }
    }

    /// <summary>Letters outside Latin-1 become zero, which no text secret has.</summary>
    private static void Narrow(ReadOnlySpan<byte> wide, Span<byte> narrow)
    {
        for (int index = 0; index < narrow.Length; index++) narrow[index] = wide[2 * index + 1] == 0 ? wide[2 * index] : (byte)0;
    }

    private static byte[] Widened(byte[] literal)
    {
        byte[] wide = new byte[2 * literal.Length];
        for (int index = 0; index < literal.Length; index++) wide[2 * index] = literal[index];
        return wide;
    }
}
