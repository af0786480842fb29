using System.Runtime.CompilerServices;
using Lethe.Evidence.Scan;

namespace Lethe.Tests.Evidence.Scan;

/// <summary>A small scan with one of everything, and names as an attacker would choose them.</summary>
public static class SampleScan
{
    /// <summary>Ends tags, turns the terminal red, turns text around, holds half a surrogate pair.</summary>
    public const string Hostile = "</td><script>alert(1)</script>'\"&\u001b[31m\u202e\r\n\ud800";

    public static readonly string[] States = ["free", "anonymous", "page-cache", "slab", "free-per-cpu", "reserved"];

    public static ScanReport Report { get; } = new()
    {
        Version = "0.1.0",
        Began = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero),
        DurationMs = 2100,
        Sources =
        [
            new("memory.elf", "elf-core", 512 << 20, 54, "6.1.0-56-cloud-amd64"),
            new("/dev/vdb", "swap", 64 << 20, 700),
            new("old.raw", "raw", 16 << 20, 0, PageStates: "no VMCOREINFO note"),
        ],
        Patterns =
        [
            new("canary", "a.bin", 8 << 20, 3, 8_300_000),
            new("canary", "b.bin", 32, 0, 0),
            new("residue-of", "report.pdf", 100_000, 2, 1536, 1024),
            new("secret", "pem-private-key", 0, 1, 1704),
        ],
        Hits =
        [
            new("memory.elf", null, 0x1f3a2040, 523444288, 8_200_000, "canary", "a.bin", 0, false, 100, "free"),
            new(
                "memory.elf",
                null,
                0x2000,
                12288,
                1704,
                "secret",
                "pem-private-key",
                0,
                true,
                60,
                "slab",
                "kmalloc-2k",
                "-----BEGIN PRIVATE KEY-----"
            ),
            new("memory.elf", null, 0x4000, 20480, 98_304, "canary", "a.bin", 4096, false, 100, "free-per-cpu"),
            new("/dev/vdb", "slot 12", null, 49152, 1024, "residue-of", "report.pdf", 512, false, 100),
            new("/dev/vdb", "slot 13", null, 53248, 512, "residue-of", "report.pdf", 0, false, 100),
        ],
        HitsNotListed = 1,
        Summary =
        [
            new("canary", "a.bin", "free", 1, 8_200_000),
            new("canary", "a.bin", "free-per-cpu", 2, 100_000),
            new("residue-of", "report.pdf", null, 2, 1536),
            new("secret", "pem-private-key", "slab", 1, 1704),
        ],
        Unread = [new("/dev/vdb", null, 1 << 20, 4096, "read: Input/output error"), new("/dev/vdb", null, 63 << 20, 0, "it ended early")],
        Maps = [Map("memory.elf", residueEvery: 9)],
    };

    /// <summary>The same with a hostile name wherever there is a name.</summary>
    public static ScanReport Dressed { get; } = Report with
    {
        Version = Hostile,
        Sources = [new(Hostile, Hostile, 1 << 20, 5, Hostile, Hostile)],
        Patterns = [new(Hostile, Hostile, 0, 2, 64)],
        Hits = [new(Hostile, Hostile, 0x1000, 4096, 32, Hostile, Hostile, 0, true, 100, Hostile, Hostile, Hostile)],
        Summary = [new(Hostile, Hostile, Hostile, 2, 64)],
        Unread = [new(Hostile, Hostile, 0, 4096, Hostile)],
        Maps = [Map(Hostile, 3) with { Names = [Hostile, "anonymous", Hostile + "2", "slab", "other", "unknown"] }],
    };

    /// <summary>Nothing found.</summary>
    public static ScanReport Clean { get; } = Report with
    {
        Patterns = [new("canary", "a.bin", 8 << 20, 0, 0)],
        Hits = [],
        HitsNotListed = 0,
        Summary = [],
        Unread = [],
        Maps = [Map("memory.elf", 0)],
    };

    /// <summary>Compares with an approved file; those of all reports lie together, a directory above this one.</summary>
    internal static void Approve(string received, string name, [CallerFilePath] string source = "") =>
        Approval.Check(received, name, Path.GetDirectoryName(source)!);

    /// <summary>256 cells of 512 KiB: runs of states, a hole, and residue in some free cells.</summary>
    public static PageMap Map(string source, int residueEvery)
    {
        byte[] states = new byte[256];
        ushort[] residue = new ushort[256];
        for (int cell = 0; cell < states.Length; cell++)
        {
            states[cell] = cell is >= 192 and < 208 ? PageMap.NoMemory : (byte)(cell / 17 % States.Length);
            if (residueEvery > 0 && states[cell] == 0 && cell % residueEvery == 0)
                residue[cell] = (ushort)(cell == 0 ? PageMap.MostResidue : 4096);
        }

        return new PageMap(source, 128, states, States, residue);
    }
}
