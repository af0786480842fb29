using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Lethe.Scanning.Opening;
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
        string file = folder.File("key"), rsa = folder.File("rsa"), socket = folder.File("agent");
        Tool.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file);
        Tool.Run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", rsa);
        using Process agent = Start("ssh-agent", "-D", "-a", socket);
        try
        {
            Assert.True(SpinWait.SpinUntil(() => File.Exists(socket), TimeSpan.FromSeconds(60)), "ssh-agent made no socket");
            Tool.Run("env", $"SSH_AUTH_SOCK={socket}", "ssh-add", file, rsa);
            // PROTOCOL.key of OpenSSH: the private part ends with 64 bytes, the seed and the public key, then the comment and padding.
            byte[] binary = Convert.FromBase64String(string.Concat(File.ReadAllLines(file)[1..^1]));
            int at = binary.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0, 0, 0, 64]) + 4;
            byte[] seed = binary[at..(at + 32)], publicKey = binary[(at + 32)..(at + 64)];
            (ScanResult result, byte[] core) = Core(
                agent.Id,
                new NeedleDetector([new Needle("hex", "seed", seed), new Needle("hex", "public", publicKey)])
            );
            Assert.True(core.AsSpan().IndexOf(publicKey) >= 0, "the agent does not hold the key");
            Assert.Empty(Core(agent.Id, new RsaPrimes()).Result.Hits);
            Assert.Equal(
                ["public"],
                result.Hits.Where(hit => result.IsWhole(hit.Match)).Select(hit => result.Patterns[hit.Match.Pattern].Id).Distinct()
            );
        }
        finally
        {
            agent.Kill();
            agent.WaitForExit();
        }
    }

    [Theory]
    [InlineData("openssl", 2048)]
    [InlineData("openssl", 3072)]
    [InlineData("openssl", 4096)]
    [InlineData("gnutls-serv", 2048)]
    [InlineData("gnutls-serv", 3072)]
    [InlineData("gnutls-serv", 4096)]
    public void The_primes_of_a_server_are_found(string program, int bits)
    {
        using var folder = new ScratchFolder();
        string key = folder.File("key"), certificate = folder.File("certificate"), port = FreePort().ToString(CultureInfo.InvariantCulture);
        Tool.Run("openssl", "req", "-x509", "-newkey", $"rsa:{bits}", "-noenc", "-subj", "/CN=test", "-keyout", key, "-out", certificate);
        string[] arguments = program == "openssl"
            ? ["s_server", "-quiet", "-accept", $"127.0.0.1:{port}", "-key", key, "-cert", certificate]
            : ["-p", port, "--x509keyfile", key, "--x509certfile", certificate];
        using Process server = Start(program, arguments);
        try
        {
            Assert.True(SpinWait.SpinUntil(() => Answers(port), TimeSpan.FromSeconds(60)), $"{program} does not answer");
            RsaKey expected = RsaKey.Read(File.ReadAllText(key));
            (ScanResult result, byte[] core) = Core(server.Id, new RsaPrimes());
            Assert.True(result.Complete);
            foreach (byte[] prime in new[] { expected.Larger, expected.Smaller })
                Assert.Contains(result.Hits, hit =>
                    result.Patterns[hit.Match.Pattern].Id == $"rsa-{bits}-prime" && Bytes(core, hit).SequenceEqual(prime)
                );
            Assert.All(result.Hits, hit =>
                Assert.True(Bytes(core, hit).SequenceEqual(expected.Larger) || Bytes(core, hit).SequenceEqual(expected.Smaller))
            );
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Answers(string port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static (ScanResult Result, byte[] Core) Core(int process, IDetector detector)
    {
        using var folder = new ScratchFolder();
        Tool.Run("gcore", "-o", folder.File("core"), process.ToString(CultureInfo.InvariantCulture));
        string file = Assert.Single(Directory.GetFiles(folder.Path));
        using Source source = SourceOpener.Open(file);
        return (
            new Scanner([detector], new ScanOptions { Jobs = 1 }).Scan(source, TestContext.Current.CancellationToken),
            File.ReadAllBytes(file)
        );
    }

    private static ReadOnlySpan<byte> Bytes(byte[] core, Hit hit) =>
        core.AsSpan((int)(hit.Part.Offset + hit.Match.Position), hit.Match.Length);

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
}
