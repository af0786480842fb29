using System.Text;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Sources;
using Lethe.Scanning.Sources.Live;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>
/// A core like the kernel's: direct map, image, and segments that show the same pages elsewhere. The real one is for the laboratory.
/// </summary>
public sealed class KernelCoreTests
{
    private const int Page = 4096;
    private const ulong Direct = 0xffff888000000000;

    // Two pieces of the direct map, the image over the second of them, and vmalloc.
    private static readonly (ulong Virtual, ulong Physical, int Pages)[] Segments =
    [
        (0xffffc90000000000, ulong.MaxValue, 4),
        (0xffffffff81000000, 0x102000, 2),
        (Direct + 0x1000, 0x1000, 20),
        (Direct + 0x100000, 0x100000, 30),
    ];

    private static readonly List<(ulong Start, ulong End)> Ram = [(0x1000, 0x10000), (0x100000, 0x11e000)];

    [Fact]
    public void Each_page_of_memory_comes_once_with_its_address()
    {
        using KernelCore core = Open(Core(), Ram);
        Assert.Equal("kcore", core.Form);
        Assert.Equal(45 * Page, core.TotalBytes);
        Assert.Empty(core.Defects);
        Part[] parts = [.. core.Parts()];
        Assert.All(parts, part => Assert.Equal((ulong)part.Offset, part.Address));
        AssertPages(core, Ram.SelectMany(range => Pages(range.Start, range.End)));
        byte[] bytes = new byte[4];
        Assert.True(core.Memory.TryRead(0x105000, bytes));
        Assert.Equal("page", Encoding.ASCII.GetString(bytes));
    }

    [Fact]
    public void Without_a_list_of_memory_all_segments_with_addresses_are_read()
    {
        using KernelCore core = Open(Core(), []);
        AssertPages(core, Pages(0x1000, 0x15000).Concat(Pages(0x100000, 0x11e000)));
    }

    [Fact]
    public void Memory_in_no_segment_is_told()
    {
        using KernelCore core = Open(Core(), [(0x1000, 0x10000), (0x100000, 0x130000)]);
        Assert.StartsWith($"{0x12000} bytes", Assert.Single(core.Defects), StringComparison.Ordinal);
    }

    [Fact]
    public void Own_pages_are_passed_over()
    {
        long[] own = [1, 5, 6, 0x100, 0x11d];
        using KernelCore core = Open(Core(), Ram, own);
        AssertPages(core, Ram.SelectMany(range => Pages(range.Start, range.End)).Where(address => !own.Contains(address / Page)));
        foreach (Part part in core.Parts())
        {
            var rest = new SourceContents();
            rest.Add(core, part, 5 * Page);
            Assert.Equal(
                Pages((ulong)part.Offset + 5 * Page, (ulong)(part.Offset + part.Length)).Where(address => !own.Contains(address / Page)),
                rest.Pages.Keys
            );
        }
    }

    [Fact]
    public void A_bad_page_is_missing_alone()
    {
        byte[] core = Core();
        using KernelCore intact = Open(core, Ram);
        var storage = new MemoryStorage(core);
        // The third page of the first piece of the direct map, behind the header page and six pages of others.
        storage.Bad.Add((9 * Page, 10 * Page));
        using KernelCore source = KernelCore.Open("kcore:", storage, Ram, own => own.Clear());
        SourceContents contents = SourceContents.Of(source);
        Assert.Equal((0x3000L, (long)Page, "Input/output error"), Assert.Single(contents.Missing));
        Assert.Equal(44, contents.Pages.Count);
    }

    [Fact]
    public void This_process_has_pages_of_its_own()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root sees frame numbers");
        var frames = new List<long>();
        OwnFrames.List(frames);
        Assert.True(frames.Count > 100);
        Assert.Equal(frames.Order(), frames);
    }

    [Fact]
    public void What_is_no_core_is_refused()
    {
        Assert.Throws<SourceException>(() => SourceOpener.Open("kcore:/there/is/none"));
        Assert.Throws<SourceException>(() => Open(new byte[3 * Page], Ram));
        if (!File.Exists("/proc/kcore"))
            Assert.Contains(
                "CONFIG_PROC_KCORE",
                Assert.Throws<SourceException>(() => SourceOpener.Open("kcore:")).Hint,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void Broken_cores_do_no_harm()
    {
        var random = Trials.Random(20261122);
        byte[] valid = Core();
        int cases = Trials.Of(100_000);
        for (int test = 0; test < cases; test++)
        {
            byte[] head = valid[..(2 * Page)];
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                int place = random.Next(64 + 56 * Segments.Length) & ~7;
                BitConverter.TryWriteBytes(
                    head.AsSpan(place),
                    random.Next(3) switch
                    {
                        0 => 1L << random.Next(64),
                        1 => random.NextInt64(),
                        _ => -1L << random.Next(64),
                    }
                );
            }

            try
            {
                using KernelCore core = KernelCore.Open("kcore:", new MemoryStorage(head), Ram, own => own.Clear());
                foreach (Part part in core.Parts().Take(4))
                {
                    Assert.True(part.Length > 0 && part.Offset >= 0 && part.Length <= 1L << 52, $"case {test}: {part}");
                    if (test % 64 != 0) continue;
                    using IPartReader reader = core.Open(part, 0);
                    for (int stretches = 0; stretches < 10 && reader.Next(out Stretch stretch); stretches++)
                        Assert.True(stretch.At + stretch.Bytes.Length + stretch.MissingBytes <= part.Length);
                }
            }
            catch (SourceException)
            {
                // The refusal that is meant for this.
            }
        }
    }

    [Fact]
    public void The_machines_memory_is_what_its_list_says()
    {
        string[] lines =
        [
            "00000000-00000fff : Reserved",
            "00001000-0009fbff : System RAM",
            "000a0000-000bffff : PCI Bus 0000:00",
            "00100000-bffdffff : System RAM",
            "  01000000-01e00000 : System RAM",
            "-1 : System RAM",
            "zz-00 : System RAM",
            "5-4 : System RAM",
            " : System RAM",
            "1:-2 : System RAM",
            "00000000-00000000 : System RAM", "0-ffffffffffffffff : System RAM", "100000000-13fffffff : System RAM",
        ];
        Assert.Equal([(0x1000, 0x9f000), (0x100000, 0xbffe0000), (0x100000000, 0x140000000)], SystemRam.Parse(lines));
    }

    private static KernelCore Open(byte[] core, List<(ulong Start, ulong End)> ram, params long[] own) =>
        KernelCore.Open("kcore:", new MemoryStorage(core), ram, frames =>
    {
        frames.Clear();
        frames.AddRange(own);
    });

    private static IEnumerable<long> Pages(ulong start, ulong end)
    {
        for (ulong address = start; address < end; address += Page) yield return (long)address;
    }

    private static void AssertPages(KernelCore core, IEnumerable<long> addresses)
    {
        SourceContents contents = SourceContents.Of(core);
        Assert.Equal(addresses, contents.Pages.Keys);
        Assert.Empty(contents.Missing);
        foreach ((long address, byte[] page) in contents.Pages)
            Assert.StartsWith($"page {address:x} ", Encoding.ASCII.GetString(page), StringComparison.Ordinal);
    }

    // One page of headers, then the segments; what shows the same memory holds the same.
    private static byte[] Core()
    {
        byte[] core = new byte[(1 + Segments.Sum(segment => segment.Pages)) * Page];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(core);
        BitConverter.TryWriteBytes(core.AsSpan(16), (ushort)4);
        BitConverter.TryWriteBytes(core.AsSpan(32), 64L);
        BitConverter.TryWriteBytes(core.AsSpan(54), (ushort)56);
        BitConverter.TryWriteBytes(core.AsSpan(56), (ushort)Segments.Length);
        long offset = Page;
        for (int index = 0; index < Segments.Length; index++)
        {
            (ulong address, ulong physical, int pages) = Segments[index];
            ulong[] fields = [1 | 7UL << 32, (ulong)offset, address, physical, (ulong)pages * Page, (ulong)pages * Page, Page];
            Buffer.BlockCopy(fields, 0, core, 64 + 56 * index, 56);
            for (int page = 0; page < pages; page++, offset += Page)
                Encoding.ASCII.GetBytes(
                    physical == ulong.MaxValue ? "vmalloc" : $"page {physical + (ulong)page * Page:x} ",
                    core.AsSpan((int)offset)
                );
        }

        return core;
    }
}
