using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Scanning.Search;
using Lethe.Scanning.Secrets;

namespace Lethe.Tests.Scanning.Search;

/// <summary>A token is told by what lies beside it, wherever borders of stretches, blocks and pieces fall.</summary>
public sealed class NeighbourTests
{
    private const int Page = 4096;
    private const string Token = "glpat-Zr8kQ2mW5xV7nB3cT9yL", Id = "gitlab-personal-token";

    [Fact]
    public void A_word_that_goes_on_is_none_and_one_that_ends_is_found_once() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var part = new FakePart(
            new byte[random.Next(3, 9) * Page - random.Next(2) * random.Next(Page)],
            Address: (ulong)random.Next(2) * 512
        );
        // Zeros end a word, as holes and the end of the source do.
        if (random.Next(2) == 0) part.Bytes.AsSpan().Fill((byte)' ');
        // Close to a border of pages, at the very end, or just before a hole.
        int border = random.Next(1, part.Bytes.Length / Page + 1) * Page, place = border - random.Next(-2, Token.Length + 3);
        switch (random.Next(4))
        {
            case 0: place = part.Bytes.Length - Token.Length; break;
            case 1: part.Holes.Add((border, Math.Min(part.Bytes.Length, border + Page))); place = border - Token.Length; break;
        }

        place = Math.Clamp(place, 0, part.Bytes.Length - Token.Length);
        Encoding.ASCII.GetBytes(Token).CopyTo(part.Bytes, place);
        bool shown = part.Shown().Any(range => place >= range.Start && place + Token.Length <= range.End);
        bool before = random.Next(3) == 0 && Put(part, place - 1, place),
            behind = random.Next(3) == 0 && Put(part, place + Token.Length, place);
        var options = new ScanOptions
        {
            Jobs = 1 + random.Next(2),
            PieceBytes = random.Next(1, 4) * Page,
            BlockBytes = random.Next(1, 4) * Page,
        };
        ScanResult result = new Scanner([new AnchoredSecrets()], options).Scan(
            new FakeSource(seed, random.Next(2) == 0 ? 50 : 3 * Page, part)
        );
        List<long> found = [.. result.Hits.Where(hit => result.Patterns[hit.Match.Pattern].Id == Id).Select(hit => hit.Match.Position)];
        Assert.Equal(shown && !before && !behind ? [place] : [], found);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(400)));

    /// <summary>A letter beside the token, where a reader shows both without a hole between.</summary>
    private static bool Put(FakePart part, int at, int token)
    {
        if (!part.Shown().Any(range => at >= range.Start && at < range.End && token >= range.Start && token < range.End)) return false;
        part.Bytes[at] = (byte)'x';
        return true;
    }
}
