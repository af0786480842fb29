using FsCheck;
using FsCheck.Fluent;
using Lethe.Canaries;
using Lethe.Scanning.Canaries;
using Lethe.Scanning.Search;

namespace Lethe.Tests.Scanning;

public sealed class CanarySearchTests
{
    private const int Page = 4096;

    [Theory]
    [InlineData(CanaryForm.Binary)]
    [InlineData(CanaryForm.Text)]
    public void A_canary_is_found_at_any_place_among_any_bytes(CanaryForm form) =>
        Prop.ForAll<ulong, NonNegativeInt, int>(
                (seed, place, noise) =>
    {
        var canary = new Canary(seed | 1UL << 63, form);
        byte[] memory = new byte[3 * Page + 17];
        new Random(noise).NextBytes(memory);
        const int Length = 1024;
        int at = place.Get % (memory.Length - Length);
        canary.Fill(memory.AsSpan(at, Length));
        Survivors found = Search(memory, canary, Length);
        return found.Bytes == Length && found.DistinctBytes == Length;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(2000)));

    [Fact]
    public void Random_bytes_hold_no_canary()
    {
        byte[] memory = new byte[64 << 20];
        new Random(1).NextBytes(memory);
        Assert.Equal(0, Search(memory, new Canary(0x9123456789abcdef, CanaryForm.Binary), 1 << 30).Bytes);
    }

    [Fact]
    public void Another_runs_canary_is_not_found()
    {
        byte[] memory = new byte[Page];
        new Canary(0x9123456789abcdef, CanaryForm.Binary).Fill(memory);
        Assert.Equal(0, Search(memory, new Canary(0xa123456789abcdef, CanaryForm.Binary), Page).Bytes);
    }

    [Fact]
    public void What_was_planted_beyond_the_count_is_not_counted()
    {
        var canary = new Canary(0x9123456789abcdef, CanaryForm.Binary);
        byte[] memory = new byte[Page];
        canary.Fill(memory);
        Assert.Equal(64, Search(memory, canary, 64).Bytes);
    }

    [Fact]
    public void A_partly_overwritten_canary_is_counted_by_what_is_left()
    {
        var canary = new Canary(0x9123456789abcdef, CanaryForm.Binary);
        byte[] memory = new byte[Page];
        canary.Fill(memory);
        // A free-list pointer in the middle, and a torn byte elsewhere.
        memory.AsSpan(2048, 8).Fill(0xff);
        memory[100] ^= 1;
        Assert.Equal(Page - 16, Search(memory, canary, Page).Bytes);
    }

    [Fact]
    public void Copies_count_and_distinct_bytes_do_not_grow()
    {
        var canary = new Canary(0x9123456789abcdef, CanaryForm.Binary);
        byte[] memory = new byte[2 * Page + 3];
        canary.Fill(memory.AsSpan(0, Page));
        canary.Fill(memory.AsSpan(Page + 3, Page));
        Survivors found = Search(memory, canary, Page);
        Assert.Equal(2 * Page, found.Bytes);
        Assert.Equal(Page, found.DistinctBytes);
        Assert.Equal(Page, found.BytesByPage[0]);
    }

    private static Survivors Search(byte[] memory, Canary canary, long planted)
    {
        var found = new Survivors(canary, planted);
        var matches = new MatchList();
        new CanaryDetector(canary, "canary", planted).Search(memory, 0, matches);
        foreach (Match match in matches.Matches) found.Note(match.Position, match.PatternOffset, match.Length);
        return found;
    }
}
