using System.Text;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Sources;
using static Lethe.Tests.Scanning.Sources.Images;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>Every format gives back the memory that was written, by parts from any page on and by address.</summary>
public sealed class FormatTests
{
    public static TheoryData<string> Formats => [.. Writers.Keys];

    internal static Dictionary<string, (string Form, Func<SortedDictionary<long, byte[]>, byte[]> Write)> Writers { get; } = new()
    {
        ["lime"] = ("lime", Lime),
        ["avml"] = ("avml", memory => Avml(memory)),
        ["avml, short chunks"] = ("avml", memory => Avml(memory, 10000, 3000)),
        ["elf"] = ("elf-core", memory => Elf(memory, physical: true)),
        ["elf, count in section"] = ("elf-core", memory => Elf(memory, physical: true, many: true)),
        ["kdump"] = ("kdump", memory => Kdump(memory, Codec.None)),
        ["kdump, zlib"] = ("kdump", memory => Kdump(memory, Codec.Zlib)),
        ["kdump, lzo"] = ("kdump", memory => Kdump(memory, Codec.Lzo)),
        ["kdump, snappy"] = ("kdump", memory => Kdump(memory, Codec.Snappy)),
        ["kdump, zstd"] = ("kdump", memory => Kdump(memory, Codec.Zstd)),
        ["flattened kdump"] = ("kdump", memory => Flattened(Kdump(memory, Codec.Zlib))),
        ["flattened elf"] = ("elf-core", memory => Flattened(Elf(memory, physical: true), 1000)),
        ["hibernation"] = ("hibernation", memory => Hibernation(memory, Codec.None)),
        ["hibernation, lzo"] = ("hibernation", memory => Hibernation(memory, Codec.Lzo)),
        ["hibernation, lz4"] = ("hibernation", memory => Hibernation(memory, Codec.Lz4, markZeroPages: true)),
        ["hibernation, resumed"] = ("hibernation", memory => Hibernation(memory, Codec.Lzo, resumed: true)),
        ["qcow2"] = ("qcow2", memory => Qcow(memory, Codec.None)),
        ["qcow2, deflate"] = ("qcow2", memory => Qcow(memory, Codec.Zlib)),
        ["qcow2, zstd"] = ("qcow2", memory => Qcow(memory, Codec.Zstd)),
    };

    internal static Source Open(byte[] image) => SourceOpener.Recognise("image", new MemoryStorage(image));

    [Theory]
    [MemberData(nameof(Formats))]
    public void Its_parts_hold_what_was_written(string format)
    {
        SortedDictionary<long, byte[]> memory = Memory(700, gap: 40000);
        (string form, Func<SortedDictionary<long, byte[]>, byte[]> write) = Writers[format];
        using Source source = Open(write(memory));
        Assert.Equal(form, source.Form);
        Assert.Empty(source.Defects);
        var contents = new SourceContents();
        foreach (Part part in source.Parts().Where(part => form == "qcow2" || part.Address is not null))
        {
            // By address, whatever a part's offset is.
            long address = (long)(part.Address ?? (ulong)part.Offset);
            var read = new SourceContents();
            read.Add(source, part, 0);
            Assert.Empty(read.Missing);
            foreach ((long at, byte[] page) in read.Pages) contents.Pages[at - part.Offset + address] = page;
        }

        if (form is "lime" or "elf-core") AssertUnaligned(source, memory);
        else contents.AssertIs(memory);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Reading_from_any_page_on_gives_the_same(string format)
    {
        SortedDictionary<long, byte[]> memory = Memory(300);
        using Source source = Open(Writers[format].Write(memory));
        var random = new Random(3);
        foreach (Part part in source.Parts())
        {
            byte[] all = Content(source, part, 0);
            for (int test = 0; test < 10; test++)
            {
                long from = random.NextInt64(part.Length / Page + 1) * Page;
                if (from < part.Length)
                    Assert.True(
                        all.AsSpan((int)from).SequenceEqual(Content(source, part, from).AsSpan((int)from)),
                        $"from {from} of {part}"
                    );
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Its_memory_can_be_read_at_any_address(string format)
    {
        SortedDictionary<long, byte[]> memory = Memory(300);
        using Source source = Open(Writers[format].Write(memory));
        if (source.Memory is not { } physical)
        {
            Assert.Equal("qcow2", source.Form);
            return;
        }

        var random = new Random(4);
        List<(long Address, byte[] Bytes)> ranges = Ranges(memory);
        for (int test = 0; test < 3000; test++)
        {
            (long address, byte[] bytes) = ranges[random.Next(ranges.Count)];
            int from = random.Next(bytes.Length), length = random.Next(1, Math.Min(9000, bytes.Length - from) + 1);
            byte[] read = new byte[length];
            Assert.True(physical.TryRead((ulong)(address + from), read));
            Assert.True(bytes.AsSpan(from, length).SequenceEqual(read));
        }

        Assert.False(physical.TryRead((ulong)physical.Length, new byte[1]));
        Assert.False(physical.TryRead(ulong.MaxValue, new byte[8]));
        long end = 0;
        foreach ((long offset, long length) in physical.DataRanges())
        {
            Assert.True(offset >= end && length > 0);
            end = offset + length;
        }

        // Every page with something in it is in a range.
        var covered = physical.DataRanges().ToList();
        foreach ((long address, byte[] page) in memory)
        {
            if (page.AsSpan().ContainsAnyExcept((byte)0))
                Assert.Contains(covered, range => address >= range.Offset && address + Page <= range.Offset + range.Length);
        }
    }

    [Fact]
    public void A_hibernated_area_is_searched_outside_its_image_too()
    {
        using Source source = Open(Hibernation(Memory(60), Codec.Lzo));
        var contents = SourceContents.Of(source, part => part.Address is null);
        Assert.StartsWith("what was swapped out", Encoding.ASCII.GetString(contents.Pages[Page]), StringComparison.Ordinal);
    }

    [Fact]
    public void After_resuming_all_of_the_area_is_searched_beside_what_is_left_of_the_image()
    {
        byte[] area = Hibernation(Memory(60), Codec.Lzo, resumed: true);
        using (Source source = Open(area))
        {
            Part whole = Assert.Single(source.Parts(), part => part.Address is null);
            Assert.Equal(area, Content(source, whole, 0));
        }

        // Swapped out over the first page of the map.
        area.AsSpan(2 * Page, Page).Fill(0xaa);
        using Source overwritten = Open(area);
        Assert.Equal("swap", overwritten.Form);
        Assert.Contains(overwritten.Defects, defect => defect.Contains("hibernation image", StringComparison.Ordinal));
        Assert.Equal(area, Content(overwritten, Assert.Single(overwritten.Parts()), 0));
    }

    [Fact]
    public void Only_pages_left_out_for_being_zero_are_zero()
    {
        SortedDictionary<long, byte[]> memory = Memory(8);
        using Source zeroOnly = Open(Kdump(memory, Codec.None, dumpLevel: 1)), more = Open(Kdump(memory, Codec.None, dumpLevel: 31));
        byte[] page = new byte[Page];
        Assert.True(zeroOnly.Memory!.TryRead(0, page));
        Assert.False(page.AsSpan().ContainsAnyExcept((byte)0));
        Assert.False(more.Memory!.TryRead(0, page));
    }

    [Fact]
    public void Pages_left_out_for_more_than_being_zero_are_told()
    {
        SortedDictionary<long, byte[]> memory = Memory(8);
        using Source zeroOnly = Open(Kdump(memory, Codec.None, dumpLevel: 1)), more = Open(Kdump(memory, Codec.None, dumpLevel: 17));
        Assert.Empty(zeroOnly.Defects);
        Assert.Contains("(level 17: free pages)", Assert.Single(more.Defects), StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernels_note_is_taken_from_headers()
    {
        SortedDictionary<long, byte[]> memory = Memory(8);
        foreach (
            byte[] image in new[]
            {
                Kdump(memory, Codec.Lzo, withNote: true),
                Elf(memory, physical: false, withNote: true),
                Flattened(Elf(memory, physical: true, withNote: true)),
            }
        )
        {
            using Source source = Open(image);
            Assert.Equal("6.1.0", source.KernelNote!.Release);
            Assert.NotNull(source.Memory);
        }

        using Source without = Open(Elf(memory, physical: true));
        Assert.Null(without.KernelNote);
    }

    [Fact]
    public void A_process_has_virtual_addresses_only()
    {
        SortedDictionary<long, byte[]> memory = Memory(20);
        using Source source = Open(Elf(memory, physical: false));
        Assert.Null(source.Memory);
        Assert.All(source.Parts(), part => Assert.Null(part.Address));
        Assert.Equal(
            Ranges(memory).Select(range => (ulong?)(range.Address + 0x7f0000000000)),
            source.Parts().Select(part => part.VirtualAddress)
        );
    }

    [Fact]
    public void A_swap_area_is_recognised_and_read_whole()
    {
        byte[] area = Swap(9);
        using Source source = Open(area);
        Assert.Equal("swap", source.Form);
        Assert.Equal(area, Content(source, Assert.Single(source.Parts()), 0));
    }

    [Fact]
    public void Bytes_that_are_nothing_known_are_raw()
    {
        byte[] bytes = new byte[10_001];
        new Random(5).NextBytes(bytes);
        using Source source = Open(bytes);
        Assert.Equal("raw", source.Form);
        Assert.Equal(bytes.Length, source.TotalBytes);
        Assert.Equal(bytes, Content(source, Assert.Single(source.Parts()), 0));
    }

    private static void AssertUnaligned(Source source, SortedDictionary<long, byte[]> memory)
    {
        foreach ((long address, byte[] bytes) in Ranges(memory))
        {
            Part part = Assert.Single(source.Parts(), part => part.Address == (ulong)address);
            Assert.Equal(bytes, Content(source, part, 0));
        }
    }

    /// <summary>A part's bytes, zeros where it has none.</summary>
    internal static byte[] Content(Source source, Part part, long from)
    {
        byte[] content = new byte[part.Length];
        using IPartReader reader = source.Open(part, from);
        while (reader.Next(out Stretch stretch)) stretch.Bytes.CopyTo(content.AsSpan((int)stretch.At));
        return content;
    }
}
