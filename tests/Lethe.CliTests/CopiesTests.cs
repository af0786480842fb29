using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Lethe.Tests.Cli;

/// <summary>The file holds the program twice, for processors with AVX2 and for those without. Both find the same.</summary>
public sealed class CopiesTests : IDisposable
{
    private static readonly Dictionary<string, string> Older = new() { ["LETHE_BASELINE"] = "1" };
    private readonly string directory = Directory.CreateTempSubdirectory("lethe-copies-").FullName;

    [Theory]
    [InlineData("--secrets")]
    [InlineData("--secrets --every-offset")]
    [InlineData("--secrets --decay 8")]
    [InlineData("--canary CANARY --residue-of CANARY")]
    [InlineData("--text needle --text haystack --hex 00ff10 --regex [a-f]{6}7")]
    public void Both_copies_find_the_same(string options)
    {
        string image = MakeImage(out string canary);
        string[] command = ["scan", image, "--json", .. options.Replace("CANARY", canary, StringComparison.Ordinal).Split(' ')];
        var newer = ShippedLethe.Run(command);
        var older = ShippedLethe.Run(Older, command);
        Assert.Equal(2, newer.ExitCode);
        Assert.Equal(2, older.ExitCode);
        Assert.Equal(Findings(newer.Output), Findings(older.Output));
    }

    [Fact]
    public void A_processor_without_AVX_will_do()
    {
        string image = MakeImage(out _);
        var result = Shell.Run($"qemu-x86_64 -cpu Nehalem \"$LETHE\" scan {image} --text needle --json");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(Findings(ShippedLethe.Run("scan", image, "--text", "needle", "--json").Output), Findings(result.Output));
    }

    [Fact]
    public void A_processor_that_is_too_old_is_named()
    {
        var result = Shell.Run("qemu-x86_64 -cpu core2duo \"$LETHE\" --version");
        Assert.Equal((4, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("lethe: this processor is older than x86-64-v2", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static string Findings(string json)
    {
        JsonObject report = JsonNode.Parse(json)!.AsObject();
        Assert.NotEmpty(report["hits"]!.AsArray());
        return $"{report["hits"]!.ToJsonString()}\n{report["summary"]?.ToJsonString()}";
    }

    // Of everything that some vector loop looks for, at many places: text, UTF-16, keys, primes of a heap, schedules, pages of zeros,
    // noise.
    private string MakeImage(out string canary)
    {
        var random = new Random(13);
        byte[] image = new byte[2 << 20], planted = new byte[20000];
        random.NextBytes(image.AsSpan(0, 1 << 20));
        random.NextBytes(planted);
        canary = Path.Combine(directory, "canary");
        File.WriteAllBytes(canary, planted);
        planted.CopyTo(image, 0x31235);
        planted.AsSpan(4096, 9000).CopyTo(image.AsSpan(0x150003));

        using RSA key = RSA.Create(2048);
        byte[] pem = Encoding.ASCII.GetBytes(key.ExportRSAPrivateKeyPem()), prime = key.ExportParameters(true).P!;
        Array.Reverse(prime);
        for (int copy = 0; copy < 20; copy++)
        {
            int place = random.Next(0x110000, image.Length - 0x4000);
            pem.CopyTo(image, place);
            Encoding.ASCII.GetBytes("needle haystack").CopyTo(image, random.Next(image.Length - 100));
            Encoding.Unicode.GetBytes("needle").CopyTo(image, random.Next(image.Length - 100));
            Schedule(random).CopyTo(image, random.Next(0x100000, image.Length - 0x400) & (copy % 2 == 0 ? -4 : -1));
            // malloc of the GNU C library: the chunk's size and flags, then what was allocated (malloc.c).
            int chunk = random.Next(0x100000, image.Length - 0x400) & -16;
            image[chunk + 8] = 0x91;
            image.AsSpan(chunk + 9, 7).Clear();
            prime.CopyTo(image, chunk + 16);
        }

        string path = Path.Combine(directory, "image.raw");
        File.WriteAllBytes(path, image);
        return path;
    }

    // The key expansion of AES-128 (FIPS 197), low byte first.
    private static byte[] Schedule(Random random)
    {
        byte[] words = new byte[176], box = SubstitutionBox();
        random.NextBytes(words.AsSpan(0, 16));
        byte round = 1;
        for (int at = 16; at < words.Length; at += 4)
        {
            byte[] word = words[(at - 4)..at];
            if (at % 16 == 0)
            {
                word = [(byte)(box[word[1]] ^ round), box[word[2]], box[word[3]], box[word[0]]];
                round = Twice(round);
            }

            for (int index = 0; index < 4; index++) words[at + index] = (byte)(words[at - 16 + index] ^ word[index]);
        }

        return words;
    }

    // By powers of 3, which generates the field, and of its inverse.
    private static byte[] SubstitutionBox()
    {
        byte[] box = new byte[256];
        byte power = 1, inverse = 1;
        do
        {
            power ^= Twice(power);
            inverse ^= (byte)(inverse << 1);
            inverse ^= (byte)(inverse << 2);
            inverse ^= (byte)(inverse << 4);
            if ((inverse & 0x80) != 0) inverse ^= 0x09;
            box[power] = (byte)(
                inverse
                ^ byte.RotateLeft(inverse, 1)
                ^ byte.RotateLeft(inverse, 2)
                ^ byte.RotateLeft(inverse, 3)
                ^ byte.RotateLeft(inverse, 4)
                ^ 0x63
            );
        }
        while (power != 1);
        box[0] = 0x63;
        return box;
    }

    private static byte Twice(byte value) => (byte)(value << 1 ^ ((value & 0x80) != 0 ? 0x1b : 0));
}
