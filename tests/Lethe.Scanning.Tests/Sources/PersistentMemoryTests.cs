using Lethe.Linux;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Sources;
using Lethe.Scanning.Sources.Live;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>Files in place of the devices, and of the kernel's words on them.</summary>
public sealed class PersistentMemoryTests : IDisposable
{
    private const int Page = 4096;

    private readonly string root = Directory.CreateTempSubdirectory("lethe-pmem-").FullName;

    public PersistentMemoryTests() => Directory.CreateDirectory($"{root}/dev");

    public void Dispose() => Command.Run("/bin/rm", "-r", root);

    [Fact]
    public void Devices_are_read_and_mapped_with_their_physical_addresses()
    {
        byte[] block = Device("pmem0", 70), partition = Device("pmem0p1", 3), mapped = Device("dax0.0", 80);
        Say("class/block/pmem0/device/resource", "0x100000000");
        Say("class/block/pmem0p1/partition", "1");
        Say("bus/dax/devices/dax0.0/size", $"{mapped.Length}");
        Say("bus/dax/devices/dax0.0/resource", "0x240000000");
        using Source source = Open("pmem:");
        Assert.Equal("pmem", source.Form);
        Assert.Equal([0x100000000UL, 0x240000000UL], source.Parts().Select(part => part.Address!.Value));
        Assert.Equal([$"{root}/dev/pmem0", $"{root}/dev/dax0.0"], source.Parts().Select(part => part.Name));
        byte[] all = [.. block, .. mapped];
        SourceContents
            .Of(source)
            .AssertIs(Enumerable.Range(0, 150).ToDictionary(page => (long)page * Page, page => all[(page * Page)..((page + 1) * Page)]));
        Assert.Equal(0x240000005UL, source.PhysicalOf(source.Parts().Last(), 5));
        byte[] bytes = new byte[16];
        Assert.True(source.Memory!.TryRead(0x240001000, bytes));
        Assert.Equal(mapped[Page..(Page + 16)], bytes);
    }

    [Fact]
    public void One_device_can_be_named_and_need_have_no_address()
    {
        byte[] bytes = Device("pmem3", 2);
        using Source source = Open($"pmem:{root}/dev/pmem3");
        Part part = Assert.Single(source.Parts());
        Assert.Null(part.Address);
        Assert.Equal(bytes.Length, part.Length);
    }

    [Fact]
    public void Where_there_is_none_it_is_refused()
    {
        Assert.Throws<SourceException>(() => Open("pmem:"));
        Assert.Throws<SourceException>(() => SourceOpener.Open("pmem:/there/is/none"));
    }

    private Source Open(string name) => PersistentMemory.Open(name, $"{root}/dev", $"{root}/sys");

    private byte[] Device(string name, int pages)
    {
        byte[] bytes = new byte[pages * Page];
        new Random(pages).NextBytes(bytes);
        File.WriteAllBytes($"{root}/dev/{name}", bytes);
        return bytes;
    }

    private void Say(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName($"{root}/sys/{file}")!);
        File.WriteAllText($"{root}/sys/{file}", text + "\n");
    }
}
