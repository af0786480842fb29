using FsCheck;
using FsCheck.Fluent;
using Lethe.Canaries;

namespace Lethe.Tests.Scanning;

public sealed class CanaryTests
{
    [Fact]
    public void Every_word_leads_back_to_its_index() => Prop.ForAll<ulong, PositiveInt>((seed, index) =>
    {
        var canary = new Canary(seed | 1UL << 63, CanaryForm.Binary);
        return canary.IndexOf(canary.Word(index.Get)) == index.Get;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Words_are_the_splitmix64_finaliser()
    {
        // Computed apart, in Python, from the published constants: mix(2^63 + i).
        var canary = new Canary(1UL << 63, CanaryForm.Binary);
        Assert.Equal([Mix(1UL << 63), Mix((1UL << 63) + 1)], [canary.Word(0), canary.Word(1)]);
        Assert.Equal(0x25c26ea579cea98aUL, canary.Word(0));
    }

    [Theory]
    [InlineData(CanaryForm.Binary)]
    [InlineData(CanaryForm.Text)]
    public void Filling_in_pieces_is_filling_at_once(CanaryForm form)
    {
        var canary = new Canary(0x8123456789abcdef, form);
        byte[] whole = new byte[64 * 16], pieces = new byte[64 * 16];
        canary.Fill(whole);
        canary.Fill(pieces.AsSpan(0, 32), 0);
        canary.Fill(pieces.AsSpan(32), 32);
        Assert.Equal(whole, pieces);
        if (form == CanaryForm.Text) Assert.All(whole, letter => Assert.InRange(letter, (byte)'a', (byte)'p'));
    }

    [Fact]
    public void Half_a_word_is_refused() => Assert.Throws<ArgumentException>(() => new Canary(1, CanaryForm.Text).Fill(new byte[24]));

    [Fact]
    public void Seeds_differ_by_run_and_by_name()
    {
        byte[] run = [1, 2, 3], other = [1, 2, 4];
        ulong[] seeds = [Canary.Seed(run, "a"), Canary.Seed(run, "b"), Canary.Seed(other, "a")];
        Assert.Equal(3, seeds.Distinct().Count());
        Assert.All(seeds, seed => Assert.NotEqual(0UL, seed >> 28));
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
