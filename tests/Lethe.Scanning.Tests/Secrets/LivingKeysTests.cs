using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Lethe.Scanning.Search;
using Lethe.Scanning.Secrets;
using Lethe.Scanning.Sources;

namespace Lethe.Tests.Scanning.Secrets;

/// <summary>Keys of real programs while they run, in cores that gcore makes: what is found, and what nobody could find.</summary>
public sealed class LivingKeysTests
{
    [Theory]
    [InlineData("-aes-128-cbc", 16, "aes-128-schedule")]
    [InlineData("-aes-192-ctr", 24, "aes-192-schedule")]
    [InlineData("-aes-256-cbc", 32, "aes-256-schedule")]
    public void The_key_of_openssl_at_work_is_found(string cipher, int length, string id)
    {
        byte[] key = RandomNumberGenerator.GetBytes(length);
        using Process openssl = Start("openssl", "enc", cipher, "-K", Convert.ToHexString(key), "-iv", new string('0', 32));
        try
        {
            // It has made its key schedule when the first cipher text comes.
            openssl.StandardInput.BaseStream.Write(new byte[64 << 10]);
            openssl.StandardInput.BaseStream.Flush();
            openssl.StandardOutput.BaseStream.ReadExactly(new byte[16]);
            (ScanResult result, byte[] core) = Core(openssl.Id, new AesSchedules());
            Assert.Contains(result.Hits, hit => result.Patterns[hit.Match.Pattern].Id == id && Bytes(core, hit).StartsWith(key));
        }
        finally
        {
            openssl.Kill();
            openssl.WaitForExit();
        }
    }

    [Fact]
    public void An_agent_that_shields_its_keys_has_nothing_to_be_found()
    {
        using var folder = new ScratchFolder();
        string file = folder.File("key"), socket = folder.File("agent");
        Tool.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file);
        using Process agent = Start("ssh-agent", "-D", "-a", socket);
        try
        {
            Assert.True(SpinWait.SpinUntil(() => File.Exists(socket), TimeSpan.FromSeconds(60)), "ssh-agent made no socket");
            Tool.Run("env", $"SSH_AUTH_SOCK={socket}", "ssh-add", file);
            // PROTOCOL.key of OpenSSH: the private part ends with 64 bytes, the seed and the public key, then the comment and padding.
            byte[] binary = Convert.FromBase64String(string.Concat(File.ReadAllLines(file)[1..^1]));
            int at = binary.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0, 0, 0, 64]) + 4;
            byte[] seed = binary[at..(at + 32)], publicKey = binary[(at + 32)..(at + 64)];
            (ScanResult result, byte[] core) = Core(agent.Id, new NeedleDetector([new Needle("hex", "seed", seed), new Needle("hex", "public", publicKey)]));
            Assert.True(core.AsSpan().IndexOf(publicKey) >= 0, "the agent does not hold the key");
            Assert.Equal(["public"], result.Hits.Where(hit => result.IsWhole(hit.Match)).Select(hit => result.Patterns[hit.Match.Pattern].Id).Distinct());
        }
        finally
        {
            agent.Kill();
            agent.WaitForExit();
        }
    }

    private static (ScanResult Result, byte[] Core) Core(int process, IDetector detector)
    {
        using var folder = new ScratchFolder();
        Tool.Run("gcore", "-o", folder.File("core"), process.ToString(CultureInfo.InvariantCulture));
        string file = Assert.Single(Directory.GetFiles(folder.Path));
        using Source source = SourceOpener.Open(file);
        return (new Scanner([detector], new ScanOptions { Jobs = 1 }).Scan(source, TestContext.Current.CancellationToken), File.ReadAllBytes(file));
    }

    private static ReadOnlySpan<byte> Bytes(byte[] core, Hit hit) => core.AsSpan((int)(hit.Part.Offset + hit.Match.Position), hit.Match.Length);

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
}
