using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lethe.Linux;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Sources;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>A living process with known memory: written here, emptied there, never touched elsewhere.</summary>
public sealed class ProcessSourceTests : IDisposable
{
    private const int Pages = 256;

    // Private and shared memory with a page of text at every fourth page; the others are never touched, some are emptied again.
    private const string Program = """
        import mmap, sys, ctypes
        size = 256 * 4096
        private = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        shared = open(sys.argv[1], "r+b")
        shared = mmap.mmap(shared.fileno(), size)
        given = open(sys.argv[2], "r+b")
        given = mmap.mmap(given.fileno(), size)
        private.madvise(15)
        for memory, name in ((private, b"private"), (shared, b"shared")):
            for page in range(0, 256, 4):
                memory[page * 4096:page * 4096 + 4096] = (b"%s page %d of a living process; " % (name, page)).ljust(64, b".") * 64
        for page in range(0, 256, 16):
            private.madvise(4, page * 4096, 4096)
        address = ctypes.addressof(ctypes.c_char.from_buffer(private))
        other = ctypes.addressof(ctypes.c_char.from_buffer(shared))
        print(address, other, ctypes.addressof(ctypes.c_char.from_buffer(given)), flush=True)
        sys.stdin.read()
        """;

    private readonly string file = Path.GetTempFileName();
    private readonly MemoryFile given = new("given", Pages * 4096);
    private readonly Process child;
    private readonly long address, shared, untouched;

    public ProcessSourceTests()
    {
        File.WriteAllBytes(file, new byte[Pages * 4096]);
        child = Process.Start(
            new ProcessStartInfo("python3", ["-c", Program, file, given.Path])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        string[] words = child.StandardOutput.ReadLine()!.Split(' ');
        (address, shared, untouched) = (
            long.Parse(words[0], CultureInfo.InvariantCulture),
            long.Parse(words[1], CultureInfo.InvariantCulture),
            long.Parse(words[2], CultureInfo.InvariantCulture)
        );
        // It has come to rest when it reads its input: call 0, of descriptor 0 (proc_pid_syscall(5)).
        while (!File.ReadAllText($"/proc/{child.Id}/syscall").StartsWith("0 0x0 ", StringComparison.Ordinal))
        {
            Assert.False(child.HasExited, "the program ended by itself");
            Thread.Sleep(1);
        }
    }

    private string Name => $"pid:{child.Id}";

    public void Dispose()
    {
        End();
        child.Dispose();
        given.Dispose();
        File.Delete(file);
    }

    [Fact]
    public void What_is_in_memory_is_read_and_nothing_else_becomes_present()
    {
        ulong[] before = Pagemap();
        string[] resident = Resident();
        using Source source = SourceOpener.Open(Name);
        Assert.Equal("pid", source.Form);
        Assert.True(source.TotalBytes > 0);
        SourceContents contents = SourceContents.Of(source);
        Assert.Empty(contents.Missing);
        Assert.Equal(resident, Resident());
        Assert.Equal(before, Pagemap());
        for (int page = 0; page < Pages; page++)
        {
            AssertPage(contents, address, page, page % 4 == 0 && page % 16 != 0 ? "private" : null);
            AssertPage(contents, shared, page, page % 4 == 0 ? "shared" : null);
        }
    }

    [Fact]
    public unsafe void Shared_memory_is_read_also_where_only_others_have_written()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may open what others have mapped");
        string[] resident = Resident();
        for (int page = 3; page < Pages; page += 100)
            Encoding.ASCII.GetBytes($"shared page {page} of a living process; ", new Span<byte>(given.Start + page * 4096, 4096));
        using Source source = SourceOpener.Open(Name);
        Assert.Empty(source.Defects);
        SourceContents contents = SourceContents.Of(source);
        Assert.Empty(contents.Missing);
        for (int page = 0; page < Pages; page++) AssertPage(contents, untouched, page, page % 100 == 3 ? "shared" : null);
        Assert.Equal(resident, Resident());
        Part part = PartAt(source, untouched);
        long start = untouched - part.Offset;
        var rest = new SourceContents();
        rest.Add(source, part, start + 4 * 4096);
        Assert.Equal([untouched + 103 * 4096, untouched + 203 * 4096], rest.Pages.Keys);
        Assert.Null(source.PhysicalOf(part, start + 3 * 4096));
        End();
        // Nothing of it is kept once the process has ended.
        var ended = new SourceContents();
        ended.Add(source, part, 0);
        Assert.Empty(ended.Pages);
        Assert.Equal("the process has ended", Assert.Single(ended.Missing).Because);
    }

    [Fact]
    public void Reading_from_the_middle_gives_the_rest()
    {
        using Source source = SourceOpener.Open(Name);
        Part part = PartAt(source, shared);
        Assert.Equal(file, part.Name);
        Assert.Equal(child.Id, part.Process);
        var contents = new SourceContents();
        long from = shared - part.Offset + 100 * 4096;
        contents.Add(source, part, from);
        Assert.Equal(shared + 100 * 4096, contents.Pages.Keys.First());
    }

    [Fact]
    public void A_page_has_its_own_physical_address()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root sees frame numbers");
        using Source source = SourceOpener.Open(Name);
        Part part = PartAt(source, address);
        using var pagemap = new PerPageFile($"/proc/{child.Id}/pagemap");
        foreach (int page in (int[])[4, 20, 252])
        {
            ulong word = 0;
            pagemap.Read(address / 4096 + page, new Span<ulong>(ref word));
            Assert.Equal((word & ((1UL << 55) - 1)) * 4096 + 17, source.PhysicalOf(part, address - part.Offset + page * 4096 + 17));
        }

        Assert.Null(source.PhysicalOf(part, address - part.Offset + 4096));
    }

    [Fact]
    public void What_a_process_takes_with_it_is_missing()
    {
        using Source source = SourceOpener.Open(Name);
        List<Part> parts = [.. source.Parts()];
        Part part = parts.First(part => part.Offset <= shared && shared < part.Offset + part.Length);
        using IPartReader reader = source.Open(part, 0);
        Assert.True(reader.Next(out Stretch stretch));
        Assert.False(stretch.Bytes.IsEmpty);
        End();
        long missing = 0;
        while (reader.Next(out stretch)) missing += stretch.MissingBytes;
        Assert.True(missing > 0);
        var rest = new SourceContents();
        foreach (Part other in parts) rest.Add(source, other, 0);
        Assert.Empty(rest.Pages);
        Assert.Equal(parts.Count, rest.Missing.Count);
        Assert.All(rest.Missing, place => Assert.Equal("the process has ended", place.Because));
    }

    [Fact]
    public void A_group_has_the_processes_in_it_and_below()
    {
        string group = Directory.CreateTempSubdirectory("lethe-group-").FullName;
        try
        {
            Directory.CreateDirectory($"{group}/below");
            File.WriteAllText($"{group}/cgroup.procs", $"{Environment.ProcessId}\n");
            File.WriteAllText($"{group}/below/cgroup.procs", $"{child.Id}\n");
            using Source source = SourceOpener.Open($"cgroup:{group}");
            Assert.Equal("cgroup", source.Form);
            Assert.All(source.Parts(), part => Assert.Equal(child.Id, part.Process));
            Assert.Contains(source.Parts(), part => part.Name == $"{child.Id} {file}");
            AssertPage(SourceContents.Of(source), shared, 4, "shared");
            File.WriteAllText($"{group}/below/cgroup.procs", "0\n");
            Assert.Throws<SourceException>(() => SourceOpener.Open($"cgroup:{group}"));
        }
        finally
        {
            Directory.Delete(group, recursive: true);
        }
    }

    [Theory]
    [InlineData("pid:x")]
    [InlineData("pid:0")]
    [InlineData("pid:-1")]
    [InlineData("pid:99999999999")]
    [InlineData("pid:2147483647")]
    [InlineData("cgroup:/there/is/none")]
    public void What_is_not_there_is_refused(string name) => Assert.Throws<SourceException>(() => SourceOpener.Open(name));

    [Fact]
    public void The_scan_itself_is_refused()
    {
        Assert.Contains(
            "itself",
            Assert.Throws<SourceException>(() => SourceOpener.Open($"pid:{Environment.ProcessId}")).Message,
            StringComparison.Ordinal
        );
        string thread = Path.GetFileName(Directory.GetDirectories("/proc/self/task").Last());
        Assert.Contains(
            "itself",
            Assert.Throws<SourceException>(() => SourceOpener.Open($"pid:{thread}")).Message,
            StringComparison.Ordinal
        );
    }

    private static Part PartAt(Source source, long address) =>
        source.Parts().First(part => part.Offset <= address && address < part.Offset + part.Length);

    private static void AssertPage(SourceContents contents, long start, int page, string? expected)
    {
        bool there = contents.Pages.TryGetValue(start + page * 4096L, out byte[]? bytes);
        Assert.Equal(expected is not null, there);
        if (there)
            Assert.StartsWith($"{expected} page {page} of a living process; ", Encoding.ASCII.GetString(bytes!), StringComparison.Ordinal);
    }

    private void End()
    {
        if (!child.HasExited) child.Kill();
        child.WaitForExit();
    }

    // Mapping by mapping, counted by the kernel in the page tables: VmRSS is a sum of counters of processors, which some kernels give
    // without their rest.
    private string[] Resident() =>
        [
            .. File.ReadLines($"/proc/{child.Id}/smaps")
                .Where(line =>
                    line.Contains('-', StringComparison.Ordinal)
                    || line.StartsWith("Rss:", StringComparison.Ordinal)
                    || line.StartsWith("Swap:", StringComparison.Ordinal)
                ),
        ];

    // Which pages of the two memories are in RAM.
    private ulong[] Pagemap()
    {
        using var pagemap = new PerPageFile($"/proc/{child.Id}/pagemap");
        ulong[] words = new ulong[2 * Pages];
        Assert.Equal(Pages, pagemap.Read(address / 4096, words.AsSpan(0, Pages)));
        Assert.Equal(Pages, pagemap.Read(shared / 4096, words.AsSpan(Pages)));
        return [.. words.Select(word => word >> 62)];
    }
}
