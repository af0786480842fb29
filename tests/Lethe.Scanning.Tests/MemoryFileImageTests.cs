using FsCheck;
using FsCheck.Fluent;
using Lethe.Canaries;
using Lethe.Linux;
using Lethe.Scanning.Canaries;

namespace Lethe.Tests.Scanning;

public sealed unsafe class MemoryFileImageTests
{
    private const int Page = 4096, Pages = 600;

    /// <summary>Pages passed over as unchanged must never change what is found, wherever a word lies.</summary>
    [Fact]
    public void Searching_what_changed_finds_what_a_whole_search_finds() =>
        Prop.ForAll<int, NonNegativeInt, PositiveInt>(
                (noise, place, length) =>
    {
        var canary = new Canary(0x9123456789abcdef, CanaryForm.Binary);
        using var known = new MemoryFile("known", Pages * Page);
        var random = new Random(noise);
        // Data before, at and after the border between the stretches of 1 MiB that are read at once.
        foreach (int page in Enumerable.Range(0, 40).Select(_ => random.Next(Pages)).Concat([254, 255, 256, 257]))
            random.NextBytes(new Span<byte>(known.Start + page * Page, Page));
        using MemoryFile now = known.Clone("now");
        int bytes = length.Get % 2000 * 8 + 8;
        int at = noise % 2 == 0 ? 256 * Page - 8 * (place.Get % 2000) - place.Get % 8 : place.Get % (Pages * Page - bytes);
        canary.Fill(new Span<byte>(now.Start + at, bytes));
        var image = new MemoryFileImage(now);
        return image.Search(canary, bytes, known).Bytes == bytes && image.Search(canary, bytes).Bytes == bytes;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(300)));

    [Fact]
    public void Holes_of_the_earlier_moment_stay_holes()
    {
        using var known = new MemoryFile("known", Pages * Page);
        using var now = new MemoryFile("now", Pages * Page);
        new Span<byte>(now.Start, Pages * Page).Fill(1);
        new MemoryFileImage(now).Search(new Canary(0x9123456789abcdef, CanaryForm.Binary), Page, known);
        Assert.Empty(known.DataRanges());
    }

    [Fact]
    public void Reading_past_the_end_is_refused()
    {
        using var file = new MemoryFile("test", Page);
        var image = new MemoryFileImage(file);
        Assert.True(image.TryRead(Page - 8, new byte[8]));
        Assert.False(image.TryRead(Page - 7, new byte[8]));
        Assert.False(image.TryRead(ulong.MaxValue - 3, new byte[8]));
    }
}
