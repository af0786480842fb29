using Lethe.Lab;
using Lethe.Linux;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Sources;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>Dumps that others made: QEMU of a machine that never ran, gcore of a process.</summary>
public sealed class RealImageTests : IDisposable
{
    private const int Page = 4096, MachinePages = 64 << 20 >> 12;

    // The screen's memory and the firmware's lie over the machine's own here.
    private const int FirstCovered = 0xa0000 / Page, EndCovered = 0x100000 / Page;

    private readonly string root = Directory.CreateTempSubdirectory("lethe-real-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("", "elf-core")]
    [InlineData("-z", "kdump")]
    public void A_machines_memory_is_found_in_what_qemu_dumps(string option, string form)
    {
        Prerequisites.Ensure(_ => { });
        byte[] memory = new byte[MachinePages * Page];
        var random = new Random(1);
        for (int page = 1; page < MachinePages; page += 3) random.NextBytes(memory.AsSpan(page * Page, page % 2 == 0 ? Page : 100));
        string backing = $"{root}/memory", dump = $"{root}/dump";
        File.WriteAllBytes(backing, memory);
        Command.Run(
            "/bin/sh",
            "-c",
            $"printf 'dump-guest-memory {option} {dump}\\nquit\\n' | exec qemu-system-x86_64 -S -nodefaults -display none -serial none "
                + "-accel tcg -m 64 "
            + $"-object memory-backend-file,id=m,size=64M,share=on,mem-path={backing} -machine pc,memory-backend=m -monitor stdio");

        using Source source = SourceOpener.Open(dump);
        Assert.Equal(form, source.Form);
        var found = new SortedDictionary<long, byte[]>();
        foreach (Part part in source.Parts().Where(part => part.Address is not null))
        {
            byte[] content = FormatTests.Content(source, part, 0);
            for (int at = 0; at < content.Length; at += Page)
                found[(long)part.Address! + at] = content[at..Math.Min(at + Page, content.Length)];
        }

        byte[] byAddress = new byte[Page];
        for (int page = 0; page < MachinePages; page++)
        {
            if (page is >= FirstCovered and < EndCovered) continue;
            ReadOnlySpan<byte> expected = memory.AsSpan(page * Page, Page);
            Assert.True(expected.SequenceEqual(found[page * Page]), $"{form}: page {page}");
            Assert.True(
                source.Memory!.TryRead((ulong)(page * Page), byAddress) && expected.SequenceEqual(byAddress),
                $"{form}: page {page} by address"
            );
        }
    }

    [Fact]
    public void A_processs_memory_is_found_in_what_gcore_dumps()
    {
        using ChildProcess process = ChildProcess.Start("/bin/sleep", ["1000.0000000000000000000000077"], []);
        Command.Run("/usr/bin/gcore", "-o", $"{root}/core", process.Id.ToString());
        ChildProcess.Signal(process.Id, 9);
        using Source source = SourceOpener.Open(Assert.Single(Directory.GetFiles(root)));
        Assert.Equal("elf-core", source.Form);
        Assert.Null(source.Memory);
        Assert.Contains(source.Parts(), part => part.VirtualAddress is not null
            && FormatTests.Content(source, part, 0).AsSpan().IndexOf("1000.0000000000000000000000077"u8) >= 0);
    }
}
