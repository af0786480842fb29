using Lethe.Scanning.Opening;
using Lethe.Scanning.Sources;
using static Lethe.Tests.Scanning.Sources.Images;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>What cannot be read is said to be missing, exactly, and the rest is read.</summary>
public sealed class DamagedStorageTests
{
    [Fact]
    public void A_bad_place_is_noted_page_by_page_and_the_rest_is_read()
    {
        byte[] bytes = new byte[1 << 20];
        new Random(1).NextBytes(bytes);
        var storage = new MemoryStorage(bytes) { Bad = { (300_000, 300_001), (8192, 16384) } };
        using Source source = SourceOpener.Recognise("disk", storage);
        Part part = Assert.Single(source.Parts());
        long missing = 0, read = 0;
        using IPartReader reader = source.Open(part, 0);
        while (reader.Next(out Stretch stretch))
        {
            Assert.Equal(missing + read, stretch.At);
            missing += stretch.MissingBytes;
            read += stretch.Bytes.Length;
            Assert.True(stretch.Bytes.SequenceEqual(bytes.AsSpan((int)stretch.At, stretch.Bytes.Length)));
            if (stretch.MissingBecause is { } why) Assert.Equal("Input/output error", why);
        }

        // Two whole pages, and of one that is bad from its 992nd byte on what follows in it.
        Assert.Equal(8192 + (Page - 300_000 % Page), missing);
        Assert.Equal(bytes.Length, missing + read);
    }

    [Fact]
    public void A_file_that_shrinks_is_missing_from_there_on()
    {
        var storage = new MemoryStorage(new byte[1 << 20]) { PresentLength = 300_000 };
        using Source source = SourceOpener.Recognise("file", storage);
        SourceContents contents = SourceContents.Of(source);
        Assert.Equal((300_000, (1 << 20) - 300_000, "the file ends before"), Assert.Single(contents.Missing));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65536)]
    public void A_real_file_that_shrinks_is_missing_from_there_on(int hole)
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.Create(path))
            {
                file.Seek(hole, SeekOrigin.Begin);
                file.Write(new byte[(1 << 20) - hole]);
            }

            using Source source = SourceOpener.Open(path);
            using (FileStream file = File.OpenWrite(path)) file.SetLength(300_000);
            SourceContents contents = SourceContents.Of(source);
            Assert.Equal((300_000, (1 << 20) - 300_000, "the file ends before"), Assert.Single(contents.Missing));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_cut_off_image_gives_what_is_there_and_says_what_is_not()
    {
        SortedDictionary<long, byte[]> memory = Memory(100);
        foreach ((string format, (string form, Func<SortedDictionary<long, byte[]>, byte[]> write)) in FormatTests.Writers)
        {
            if (form is "qcow2") continue;
            byte[] image = write(memory);
            using Source source = SourceOpener.Recognise("image", new MemoryStorage(image, image.Length - 40_000));
            SourceContents contents = SourceContents.Of(source);
            Assert.True(contents.Pages.Count > 0, format);
            Assert.True(contents.Missing.Count > 0 || source.Defects.Count > 0, $"{format}: nothing said to be missing");
        }
    }

    [Fact]
    public void A_damaged_compressed_block_is_missing_alone()
    {
        SortedDictionary<long, byte[]> memory = Memory(100);
        byte[] image = Avml(memory);
        // The second chunk of the first range is noise.
        int chunk = 32 + 10 + 4 + (image[43] | (image[44] << 8) | (image[45] << 16));
        image.AsSpan(chunk + 8, 5).Fill(0xff);
        using Source source = SourceOpener.Recognise("image", new MemoryStorage(image));
        SourceContents contents = SourceContents.Of(source);
        Assert.NotEmpty(contents.Missing);
        Assert.True(contents.Pages.Count > memory.Values.Count(page => page.AsSpan().ContainsAnyExcept((byte)0)) - 24);
    }

    [Fact]
    public void Overlapping_unsorted_segments_are_read_once_and_looked_up_by_the_first()
    {
        SortedDictionary<long, byte[]> memory = Memory(8);
        byte[] image = Elf(memory, physical: true);
        // Both segments name the same bytes of the file, the first at the higher address.
        image.AsSpan(128 + 8, 8).CopyTo(image.AsSpan(128 + 56 + 8));
        BitConverter.TryWriteBytes(image.AsSpan(128 + 24), 0x100_0000L);
        using Source source = SourceOpener.Recognise("core", new MemoryStorage(image));
        Assert.Equal(4 * Page, source.TotalBytes);
        Assert.Single(source.Parts());
        byte[] page = new byte[Page];
        Assert.True(source.Memory!.TryRead(0x100_0000, page));
        Assert.Equal(memory.Values.First(), page);
    }

    [Fact]
    public void Images_that_need_more_than_a_pipe_are_refused_from_one()
    {
        foreach (
            byte[] image in (byte[][])
                [Avml(Memory(4)), Kdump(Memory(4), Codec.Zlib), Qcow(Memory(4), Codec.None), Hibernation(Memory(4), Codec.Lzo)]
        )
        {
            var refused = Assert.Throws<SourceException>(() => SourceOpener.OpenStream("-", TreeTests.Stream(image), raw: false));
            Assert.Equal("write it to a file first", refused.Hint);
            using Source raw = SourceOpener.OpenStream("-", TreeTests.Stream(image), raw: true);
            Assert.Equal("raw", raw.Form);
        }
    }
}
