using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Lethe.Linux;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Sources;
using Lethe.Scanning.Sources.Live;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>This process plays QEMU: its monitor's answers, and memory it has mapped. A real one is for the laboratory.</summary>
public sealed class VirtualMachineTests : IDisposable
{
    private const int Page = 4096;

    private const string Tree = """
        FlatView #0
         AS "I/O", root: io
         Root memory region: io
          0000000000000000-0000000000000007 (prio 0, ram): mem0

        FlatView #1
         AS "memory", root: system
         AS "cpu-memory-0", root: system
         Root memory region: system
          0000000000000000-0000000000001fff (prio 0, ram): mem0 KVM
          0000000000002000-0000000000002fff (prio 1, i/o): vga-lowmem
          0000000000003000-0000000000003fff (prio 0, rom): /objects/mem0 @0000000000003000 owner:{obj path=/objects/mem0} KVM
          0000000000004000-0000000000007fff (prio 0, nv-ram): mem0 @0000000000004000
          00000000fffc0000-00000000ffffffff (prio 0, rom): pc.bios
          0000000100000000-0000000100007fff (prio 0, ram): mem0 @0000000000008000

        """;

    private readonly string directory = Directory.CreateTempSubdirectory("lethe-qmp-").FullName;
    private readonly Descriptor file = MemoryFile.Create("memory-backend-memfd", MemoryCalls.MFD_CLOEXEC);
    private readonly MemoryRange memory;
    private readonly Dictionary<string, JsonNode?> answers = new()
    {
        ["query-memdev"] = new JsonArray(new JsonObject { ["id"] = "mem0", ["size"] = 16 * Page, ["share"] = true }),
        ["type"] = "memory-backend-memfd",
        ["human-monitor-command"] = Tree,
        ["qmp_capabilities"] = new JsonObject(),
    };

    private string greeting = """{"QMP": {"version": {}, "capabilities": []}}""";

    public VirtualMachineTests()
    {
        file.SetLength(16 * Page);
        memory = MemoryRange.OfFile(file, 16 * Page, writable: true);
        for (int page = 0; page < 16; page++) Encoding.ASCII.GetBytes($"page {page} ", memory.Bytes[(page * Page)..]);
    }

    private string Name => $"qmp:{directory}/qmp";

    public void Dispose()
    {
        memory.Dispose();
        file.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Memory_is_read_in_place_with_the_guests_addresses()
    {
        using Source source = Open();
        Assert.Equal("qmp", source.Form);
        Assert.Empty(source.Defects);
        Assert.Equal(
            [
                (0, 2 * Page, 0UL),
                (2 * Page, Page, null),
                (3 * Page, Page, 0x3000UL),
                (4 * Page, 4 * Page, 0x4000UL),
                (8 * Page, 8 * Page, (ulong?)0x100000000),
            ],
            source.Parts().Select(part => ((int)part.Offset, (int)part.Length, part.Address)));
        Assert.All(source.Parts(), part => Assert.Equal("mem0", part.Name));
        SourceContents contents = SourceContents.Of(source);
        for (int page = 0; page < 16; page++)
            Assert.StartsWith($"page {page} ", Encoding.ASCII.GetString(contents.Pages[page * Page]), StringComparison.Ordinal);
        byte[] bytes = new byte[7];
        Assert.True(source.Memory!.TryRead(0x100001000, bytes));
        Assert.Equal("page 9 ", Encoding.ASCII.GetString(bytes));
    }

    [Fact]
    public void Without_a_map_memory_has_no_addresses()
    {
        answers["human-monitor-command"] = null;
        using Source source = Open();
        Part part = Assert.Single(source.Parts());
        Assert.Null(part.Address);
        Assert.Equal(16 * Page, part.Length);
    }

    [Fact]
    public void A_file_by_its_path_may_be_one_backend_of_several()
    {
        using var other = Descriptor.Open($"{directory}/ram", FileCalls.O_RDWR | FileCalls.O_CREAT);
        other.SetLength(4 * Page);
        using MemoryRange mapped = MemoryRange.OfFile(other, 4 * Page, writable: true);
        "in a file"u8.CopyTo(mapped.Bytes);
        answers["query-memdev"] = new JsonArray(
            new JsonObject
            {
                ["id"] = "mem0",
                ["size"] = 4 * Page,
                ["share"] = true,
            },
            new JsonObject
            {
                ["id"] = "mem1",
                ["size"] = 8 * Page,
                ["share"] = false,
            }
        );
        answers["type"] = "memory-backend-file";
        foreach (string path in (string[])[$"{directory}/ram", directory])
        {
            answers["mem-path"] = path;
            using Source source = Open();
            Assert.Equal("memory backend mem1 (32768 bytes) is private to QEMU", Assert.Single(source.Defects));
            Assert.StartsWith("in a file", Encoding.ASCII.GetString(SourceContents.Of(source).Pages[0]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Private_memory_is_refused_with_a_way_out()
    {
        answers["query-memdev"] = new JsonArray(new JsonObject { ["id"] = "pc.ram", ["size"] = 16 * Page, ["share"] = false });
        answers["type"] = "memory-backend-ram";
        var refusal = Assert.Throws<SourceException>(Open);
        Assert.Contains("private", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("dump-guest-memory", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_alike_are_not_guessed_between()
    {
        using Descriptor twin = MemoryFile.Create("memory-backend-memfd-2", MemoryCalls.MFD_CLOEXEC);
        twin.SetLength(16 * Page);
        using MemoryRange mapped = MemoryRange.OfFile(twin, 16 * Page, writable: true);
        Assert.Contains("2 files", Assert.Throws<SourceException>(Open).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 400 Bad Request")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"QMP\": 1, \"QMP\": 1}")]
    public void What_is_no_monitor_is_refused(string says)
    {
        greeting = says;
        Assert.Throws<SourceException>(Open);
    }

    [Fact]
    public void Where_nobody_listens_is_refused()
    {
        Assert.Throws<SourceException>(() => SourceOpener.Open("qmp:/there/is/none"));
        Assert.Throws<SourceException>(() => SourceOpener.Open("qmp:"));
    }

    [Fact]
    public void Broken_maps_do_no_harm()
    {
        var random = Trials.Random(20261122);
        char[] valid = Tree[Tree.IndexOf("FlatView #1", StringComparison.Ordinal)..][..420].ToCharArray();
        const string Strange = " -@():,xfF0\n\u00e9\0";
        int cases = Trials.Of(100_000);
        for (int test = 0; test < cases; test++)
        {
            char[] text = (char[])valid.Clone();
            for (int change = random.Next(1, 6); change > 0; change--)
                text[random.Next(text.Length)] =
                    random.Next(2) == 0 ? Strange[random.Next(Strange.Length)] : valid[random.Next(valid.Length)];
            foreach (GuestAddressMap.Range range in GuestAddressMap.Parse(new string(text, 0, random.Next(text.Length + 1))))
                Assert.True(
                    range.Length > 0 && range.Offset is >= 0 and < 1L << 52 && range.Address + (ulong)range.Length <= 1UL << 52,
                    $"case {test}: {range}"
                );
        }
    }

    private Source Open()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        File.Delete($"{directory}/qmp");
        listener.Bind(new UnixDomainSocketEndPoint($"{directory}/qmp"));
        listener.Listen();
        var monitor = new Thread(() => Answer(listener));
        monitor.Start();
        try
        {
            return SourceOpener.Open(Name);
        }
        finally
        {
            monitor.Join();
        }
    }

    private void Answer(Socket listener)
    {
        using Socket socket = listener.Accept();
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        using var writer = new StreamWriter(stream) { AutoFlush = true };
        try
        {
            writer.WriteLine(greeting);
            if (greeting.Length == 0) return;
            while (reader.ReadLine() is { } line)
            {
                JsonNode request = JsonNode.Parse(line)!;
                string command = request["execute"]!.GetValue<string>();
                if (command == "qom-get") command = request["arguments"]!["property"]!.GetValue<string>();
                writer.WriteLine("""{"event": "RESUME", "timestamp": {}}""");
                JsonNode? answer = answers.GetValueOrDefault(command);
                writer.WriteLine(
                    new JsonObject
                    {
                        [answer is null ? "error" : "return"] = answer?.DeepClone() ?? new JsonObject { ["desc"] = "no" },
                    }.ToJsonString()
                );
            }
        }
        catch (IOException)
        {
            // The other side has heard enough.
        }
    }
}
