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
