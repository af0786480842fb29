using System.Security.Cryptography;
using System.Text;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Search;
using Lethe.Scanning.Secrets;
using Lethe.Scanning.Sources;
using Lethe.Tests.Scanning.Secrets;
using Lethe.Tests.Scanning.Sources;

namespace Lethe.Tests.Scanning;

/// <summary>Sources, search and detectors together: what was planted is found, nothing else, at the right addresses.</summary>
public sealed class ScanTests : IDisposable
{
    private const int Page = Images.Page;

    private static readonly byte[] Needle = "a needle that no memory has of itself"u8.ToArray(), Token = [0xde, 0xad, 0xfa, 0xce, 0x01];

    private readonly string root = Directory.CreateTempSubdirectory("lethe-scan-").FullName;
    private readonly byte[] key;
    private readonly byte[] schedule = AesSchedulesTests.Schedule(
        new AesScheduleForm(8, false, false, false),
        [.. Enumerable.Range(1, 32).Select(value => (byte)(value * 7))]
    );

    public ScanTests()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        key = Encoding.ASCII.GetBytes($"\n{curve.ExportECPrivateKeyPem()}\n");
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("lime", 1)]
    [InlineData("lime", 2)]
    [InlineData("elf", 1)]
    [InlineData("elf", 2)]
    [InlineData("kdump, lzo", 2)]
    [InlineData("avml", 2)]
    [InlineData("flattened elf", 2)]
    public void What_was_planted_in_memory_is_found_by_its_physical_address(string format, int jobs)
    {
        SortedDictionary<long, byte[]> memory = Images.Memory(60, gap: 3000);
        long first = memory.First().Key, last = memory.Last().Key;
        (long Address, byte[] Bytes, string Id)[] planted =
        [
            (first + 100, Token, "token"), (first + 4 * Page - 11, Needle, "needle"), (first + 9 * Page - 60, key, "ec-private-key-pem"),
            (last - 7 * Page - 80, schedule, "aes-256-schedule"),
            (last - 3 * Page, Needle, "needle"),
            (last + Page - key.Length, key, "ec-private-key-pem"),
        ];
        foreach ((long address, byte[] bytes, _) in planted)
        {
            for (int at = 0; at < bytes.Length; at++) memory[(address + at) & -Page][(address + at) & (Page - 1)] = bytes[at];
        }

        string path = $"{root}/image";
        File.WriteAllBytes(path, FormatTests.Writers[format].Write(memory));
        (ScanResult result, string form) = Scan(path, jobs);
        Assert.Equal(FormatTests.Writers[format].Form, form);
        // The line ends around a key are no part of it.
        Assert.Equal(
            planted.Select(one =>
                (one.Id, one.Bytes == key ? one.Address + 1 : one.Address, one.Bytes == key ? key.Length - 2 : one.Bytes.Length)
            ),
            result.Hits.Select(hit =>
                (result.Patterns[hit.Match.Pattern].Id, (long)hit.Part.Address! + hit.Match.Position, hit.Match.Length)
            )
        );
        Assert.All(result.Hits, hit => Assert.True(hit.Match.Confidence >= 90 && result.IsWhole(hit.Match)));
        Assert.Equal(planted.Length, result.Matches);
        Assert.True(result.Complete);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_was_planted_in_files_is_found_by_name_and_offset(int jobs)
    {
        Directory.CreateDirectory($"{root}/deep/er");
        File.WriteAllBytes($"{root}/empty", []);
        File.WriteAllBytes($"{root}/key.pem", key[1..]);
        File.WriteAllBytes($"{root}/deep/core", [.. new byte[3 * Page - 16], .. schedule, .. new byte[5000], .. Token]);
        File.WriteAllBytes($"{root}/deep/er/notes", [.. Enumerable.Repeat((byte)' ', Page - 5), .. Needle]);
        (ScanResult result, string form) = Scan(root, jobs);
        Assert.Equal("directory", form);
        Assert.Equal(
            [
                ("deep/core", "aes-256-schedule", 3 * Page - 16), ("deep/core", "token", 3 * Page - 16 + schedule.Length + 5000),
                ("deep/er/notes", "needle", Page - 5), ("key.pem", "ec-private-key-pem", 0),
            ],
            result
                .Hits.Select(hit => (hit.Part.Name!.Replace($"{root}/", ""), result.Patterns[hit.Match.Pattern].Id, hit.Match.Position))
                .Order()
        );
        Assert.All(result.Hits, hit => Assert.Null(hit.Part.Address));
        Assert.True(result.Complete);
    }

    private static (ScanResult Result, string Form) Scan(string path, int jobs)
    {
        var needles = new NeedleDetector([new Needle("text", "needle", Needle), new Needle("hex", "token", Token)]);
        // Small, so that what was planted crosses borders.
        var options = new ScanOptions { Jobs = jobs, PieceBytes = 4 * Page, BlockBytes = Page };
        using Source source = SourceOpener.Open(path);
        return (
            new Scanner([needles, new AnchoredSecrets(), new AesSchedules()], options).Scan(source, TestContext.Current.CancellationToken),
            source.Form
        );
    }
}
