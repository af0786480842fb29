using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Finds all secrets that have fixed bytes, in one pass: private keys, tokens, and users' own rules. Confidence 100 means proven by
/// arithmetic (a checksum, n = p * q); 90, a whole structure that fits; 80, a distinctive beginning with the right letters and
/// length; 60, only a beginning, or a less distinctive one; 50 and less, a hint. Text is also found as UTF-16 (<see cref="WideText"/>),
/// when an aligned word of 8 bytes holds four of its letters in a row; with eight letters one always does. Not covered: keys that a
/// library stores as numbers (limbs in native order), of which <see cref="RsaPrimes"/> finds RSA primes; kernel key payloads.
/// </summary>
public sealed class AnchoredSecrets : IDetector
{
    private const int Page = 4096;

    private readonly ISecretFamily[] families;
    private readonly int[] firstPatterns;
    private readonly Anchor[] anchors;
    private readonly LiteralSearch search;

    /// <param name="rules">The user's own rules, in addition to the built-in ones.</param>
    /// <exception cref="ArgumentException">An anchor of a rule does not have four bytes in a row that begin with a byte other than
    /// zero.</exception>
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
        var literals = new List<Anchor>();
        for (int family = 0; family < families.Length; family++)
        {
            firstPatterns[family] = patterns.Count;
            patterns.AddRange(families[family].Patterns);
            for (int number = 0; number < families[family].Anchors.Count; number++)
                literals.Add(new(families[family].Anchors[number], family, number));
        }
        Patterns = patterns;
        anchors = [.. literals];
        foreach (Anchor anchor in anchors) Check(anchor.Literal);
        search = new([.. anchors.Select(anchor => (ReadOnlyMemory<byte>)anchor.Literal)]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Pattern> Patterns { get; }

    /// <summary>
    /// 4 KiB: more than RSA-4096 keys in any form. Of a longer secret across a border of windows, only the beginning may be
    /// reported.
    /// </summary>
    public int Reach => 4096;

    /// <inheritdoc/>
    public bool MindsNeighbours => true;

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<byte> window, long offset, MatchList found)
    {
        var examiner = new Examiner(this, offset, 1, found);
        for (int page = 0; page < window.Length; page += Page)
        {
            int end = Math.Min(page + Page, window.Length);
            ReadOnlySpan<byte> bytes = window[page..end];
            if (ZeroBytes.Fill(bytes)) continue;
            search.Search(window, page, end, ref examiner);
            // A secret that begins at the end of the page shows in the bytes after it.
            (bool even, bool odd) = WideText.MayBeIn(window[page..Math.Min(end + 32, window.Length)]);
            if (even) SearchWide(window, page, 0, offset, found);
            if (odd) SearchWide(window, page, 1, offset, found);
        }
    }

    // So no atom begins with zero, and pages of zeros can be skipped.
    private static void Check(byte[] literal)
    {
        if (literal.Length < Atom.Widest || !literal.AsSpan(0, literal.Length - Atom.Widest + 1).ContainsAnyExcept((byte)0))
            throw new ArgumentException("an anchor has four bytes in a row, of which the first is not zero");
    }

    /// <summary>
    /// Searches a page as UTF-16 at even (0) or odd (1) positions. Letters outside Latin-1 become zero, which no text secret has.
    /// </summary>
    private void SearchWide(ReadOnlySpan<byte> window, int page, int odd, long offset, MatchList found)
    {
        int before = Math.Min(page, WideText.Before), start = page - before + odd;
        ReadOnlySpan<byte> wide = window[start..Math.Min(window.Length, page + Page + WideText.After)];
        Span<byte> narrow = stackalloc byte[wide.Length / 2];
        WideText.Narrow(wide, narrow);
        var examiner = new Examiner(this, offset + start, 2, found);
        search.Search(narrow, before / 2, Math.Min(narrow.Length, (before + Page) / 2), ref examiner);
    }

    private readonly ref struct Examiner(AnchoredSecrets secrets, long offset, int scale, MatchList found) : ILiteralHandler
    {
        public void Found(scoped ReadOnlySpan<byte> window, int at, int literal)
        {
            Anchor anchor = secrets.anchors[literal];
            ISecretFamily family = secrets.families[anchor.Family];
            if (scale == 1 || family.IsText)
                family.Examine(window, at, anchor.Number, new(found, offset, secrets.firstPatterns[anchor.Family], scale));
        }
    }
}
