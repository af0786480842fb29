using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Lethe.Linux;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Sources;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>A real QEMU whose processors stand still: its memory holds what is put in its file.</summary>
public sealed class RealVirtualMachineTests : IDisposable
{
    private const string Emulator = "/usr/bin/qemu-system-x86_64";
    private const int Page = 4096;
    private const long Memory = 64L << 20;

    private readonly string directory = Directory.CreateTempSubdirectory("lethe-qemu-").FullName;
    private Process? qemu;

    public void Dispose()
    {
        if (qemu is not null)
        {
            qemu.Kill();
            qemu.WaitForExit();
            qemu.Dispose();
        }

        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("memory-backend-memfd")]
    [InlineData("memory-backend-file")]
    public void Memory_of_a_machine_is_read_in_place(string kind)
    {
        Start(kind == "memory-backend-file" ? $"{kind},mem-path={directory}/ram" : kind);
        // Its monitor answers when its memory is there.
        SourceOpener.Open($"qmp:{directory}/qmp").Dispose();
        string file =
            kind == "memory-backend-file"
                ? $"{directory}/ram"
                : Directory
                    .GetFiles($"/proc/{qemu!.Id}/fd")
                    .Single(link =>
                        new FileInfo(link).LinkTarget?.Contains("/memfd:memory-backend-memfd", StringComparison.Ordinal) == true
                    );
        using (Descriptor ram = Descriptor.Open(file, FileCalls.O_RDWR))
        using (MemoryRange mapped = MemoryRange.OfFile(ram, Memory, writable: true))
            foreach (int page in (int[])[3, 0x180, 0x3fff])
                Encoding.ASCII.GetBytes($"page {page} of the guest", mapped.Bytes[(page * Page)..]);

        using Source source = SourceOpener.Open($"qmp:{directory}/qmp");
        Assert.Equal("qmp", source.Form);
        Assert.Empty(source.Defects);
        Assert.Equal(Memory, source.Parts().Sum(part => part.Length));
        SourceContents contents = SourceContents.Of(source);
        Assert.Empty(contents.Missing);
        foreach (int page in (int[])[3, 0x180, 0x3fff])
            Assert.StartsWith($"page {page} of the guest", Encoding.ASCII.GetString(contents.Pages[page * Page]), StringComparison.Ordinal);
        byte[] bytes = new byte[6];
        Assert.True(source.Memory!.TryRead(0x180 * Page, bytes));
        Assert.Equal("page 3", Encoding.ASCII.GetString(bytes));
        Part low = source.Parts().First();
        Assert.Equal((0UL, "ram0"), (low.Address!.Value, low.Name));
        // The guest sees something else in the first megabyte's upper part, and what lies under it is read all the same.
        Assert.Contains(source.Parts(), part => part.Address is null);
    }

    [Fact]
    public void Memory_of_its_own_is_refused_with_a_way_out()
    {
        Start("memory-backend-ram");
        var refusal = Assert.Throws<SourceException>(() => SourceOpener.Open($"qmp:{directory}/qmp"));
        Assert.Contains("ram0", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("dump-guest-memory", refusal.Hint, StringComparison.Ordinal);
    }

    private void Start(string backend)
    {
        Assert.SkipUnless(File.Exists(Emulator), "there is no QEMU");
        string share = backend.StartsWith("memory-backend-ram", StringComparison.Ordinal) ? "off" : "on";
        qemu = Process.Start(Emulator,
        [
            "-S",
            "-accel",
            "tcg",
            "-machine",
            "pc,memory-backend=ram0",
            "-m",
            $"{Memory >> 20}",
            "-object",
            $"{backend},id=ram0,size={Memory},share={share}",
            "-display", "none", "-nodefaults", "-no-user-config", "-qmp", $"unix:{directory}/qmp,server=on,wait=off",
        ]);
        while (!Listens($"{directory}/qmp"))
        {
            Assert.False(qemu.HasExited, "QEMU ended by itself");
            Thread.Sleep(5);
        }
    }

    // The socket's file is there before anybody listens (bind(2), listen(2)).
    private static bool Listens(string path)
    {
        if (!File.Exists(path)) return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
