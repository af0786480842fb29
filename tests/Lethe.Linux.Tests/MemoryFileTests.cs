using Lethe.Linux;

namespace Lethe.Tests.Linux;

public sealed unsafe class MemoryFileTests
{
    private const int Page = 4096;

    [Fact]
    public void A_clone_has_the_same_content_and_no_more_data()
    {
        using var file = new MemoryFile("test", 64 * Page);
        file.Start[3 * Page + 5] = 7;
        file.Start[63 * Page + Page - 1] = 9;
        // A page that was written and is zero costs memory here, and must not in the clone.
        file.Start[10 * Page] = 1;
        file.Start[10 * Page] = 0;
        using MemoryFile clone = file.Clone("clone");
        Assert.Equal([(3L * Page, (long)Page), (63L * Page, (long)Page)], clone.DataRanges());
        Assert.True(new ReadOnlySpan<byte>(file.Start, 64 * Page).SequenceEqual(new ReadOnlySpan<byte>(clone.Start, 64 * Page)));
    }

    /// <summary>256 KiB are copied at once.</summary>
    [Fact]
    public void A_clone_is_right_where_its_stretches_meet()
    {
        using var file = new MemoryFile("test", 300 * Page);
        foreach (int page in new[] { 0, 62, 63, 64, 65, 127, 129, 192, 299 })
            new Span<byte>(file.Start + page * Page, Page).Fill((byte)(page + 1));
        new Span<byte>(file.Start + 200 * Page, 70 * Page).Fill(7);
        using MemoryFile clone = file.Clone("clone");
        Assert.Equal(file.DataRanges(), clone.DataRanges());
        Assert.True(new ReadOnlySpan<byte>(file.Start, 300 * Page).SequenceEqual(new ReadOnlySpan<byte>(clone.Start, 300 * Page)));
    }

    [Fact]
    public void Reading_out_fills_no_hole_and_never_comes_short()
    {
        using var file = new MemoryFile("test", 8 * Page);
        file.Start[3 * Page] = 7;
        byte[] all = new byte[8 * Page];
        Array.Fill(all, (byte)1);
        file.ReadInto(0, all);
        Assert.Equal([(3L * Page, (long)Page)], file.DataRanges());
        Assert.Equal(7, all[3 * Page]);
        Assert.Equal(7, all.Sum(value => value));
        Assert.Throws<EndOfStreamException>(() => file.ReadInto(Page, all));
    }

    [Fact]
    public void A_clone_of_another_length_is_refused()
    {
        using MemoryFile file = new("test", 8 * Page), other = new("other", 9 * Page);
        Assert.Throws<ArgumentException>(() => file.CopyTo(other));
    }

    [Fact]
    public void A_growing_file_keeps_what_a_child_writes()
    {
        using var file = new MemoryFile("test", 0);
        file.Descriptor.WriteAll("some text"u8);
        Assert.Equal("some text", file.ReadText());
    }

    [Fact]
    public void A_file_that_is_too_large_is_an_error() => Assert.Throws<LinuxException>(() => new MemoryFile("test", long.MaxValue));
}
