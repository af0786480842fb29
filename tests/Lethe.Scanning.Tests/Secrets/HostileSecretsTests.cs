using System.Security.Cryptography;
using System.Text;
using Lethe.Scanning.Search;
using Lethe.Scanning.Secrets;

namespace Lethe.Tests.Scanning.Secrets;

/// <summary>Memory may hold anything after an anchor: no search may fail, hang or report what lies outside its window.</summary>
public sealed class HostileSecretsTests
{
    private static readonly int Cases = Trials.Of(100_000);

    private static readonly AnchoredSecrets Detector = new();

    [Fact]
    public void Broken_secrets_do_no_harm()
    {
        byte[][] seeds = Seeds();
        var random = Trials.Random(20261122);
        var found = new MatchList();
        byte[] window = new byte[4096];
        for (int test = 0; test < Cases; test++)
        {
            byte[] seed = seeds[random.Next(seeds.Length)];
            // Mostly the beginning, which is where structures say how long they are.
            int length = Math.Min(seed.Length, random.Next(4) == 0 ? window.Length : 200);
            int start = test % 5 == 0 ? random.Next(seed.Length) : 0;
            length = Math.Min(length, seed.Length - start);
            seed.AsSpan(start, length).CopyTo(window);
            for (int change = random.Next(1, 6); change > 0; change--)
                window[random.Next(Math.Min(length, random.Next(2) == 0 ? 24 : length))] = Byte(random);
            ReadOnlySpan<byte> cut = window.AsSpan(0, random.Next(length + 1));
            found.Clear();
            Detector.Search(cut, test, found);
            foreach (Match match in found.Matches)
            {
                if (match.Position < test || match.Length <= 0 || match.Position + match.Length > test + cut.Length)
                    Assert.Fail($"case {test}: {match} outside of {cut.Length} bytes");
            }
        }
    }

    [Fact]
    public void Anchors_and_nothing_else_take_no_time()
    {
        // Windows full of one beginning: what follows each must not be read to the end each time.
        foreach (byte[] seed in Seeds())
        {
            byte[] window = new byte[64 << 10];
            int piece = Math.Min(seed.Length, 40);
            for (int at = 0; at < window.Length; at++) window[at] = seed[at % piece];
            var found = new MatchList();
            Detector.Search(window, 0, found);
            new AesSchedules(1, 64).Search(window.AsSpan(0, 4096), 0, found);
            Assert.True(found.Matches.Count <= window.Length);
        }
    }

    [Fact]
    public void Hostile_words_do_no_harm_to_the_search_for_schedules()
    {
        var random = Trials.Random(20261122);
        var exact = new AesSchedules(1);
        var found = new MatchList();
        for (int test = 0; test < 200_000; test++)
        {
            // Words that obey the relations in part.
            byte[] window = new byte[random.Next(320)];
            int period = 4 * random.Next(1, 12);
            for (int at = 0; at < window.Length; at++)
                window[at] =
                    at < period || random.Next(40) == 0
                        ? Byte(random)
                        : (byte)(window[at - period] ^ (at >= 4 && test % 2 == 0 ? window[at - 4] : 0));
            found.Clear();
            exact.Search(window, test, found);
            foreach (Match match in found.Matches) Assert.InRange(match.Position + match.Length, test, test + window.Length);
        }
    }

    [Fact]
    public void Sizes_of_chunks_do_no_harm_to_the_search_for_primes()
    {
        var random = Trials.Random(20261123);
        var detector = new RsaPrimes();
        var found = new MatchList();
        for (int test = 0; test < 200_000; test++)
        {
            byte[] window = new byte[random.Next(700)];
            random.NextBytes(window);
            for (int at = random.Next(8); at + 8 <= window.Length; at += random.Next(1, 20) * 8)
                BitConverter.TryWriteBytes(window.AsSpan(at), (ulong)random.Next(0x80, 0x240));
            found.Clear();
            detector.Search(window, test, found);
            Assert.Empty(found.Skipped);
            foreach (Match match in found.Matches) Assert.InRange(match.Position + match.Length, test, test + window.Length);
        }
    }

    private static byte Byte(Random random) =>
        random.Next(3) switch
        {
            0 => (byte)random.Next(256),
            1 => (byte)(0x80 + random.Next(5)),
            _ => "\0\u0001\u007f09AZaz.-=\n"u8[random.Next(13)],
        };

    private static byte[][] Seeds()
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] openSsh =
        [
            .. "openssh-key-v1\0\0\0\0\u0004none\0\0\0\u0004none\0\0\0\0\0\0\0\u0001\0\0\0\u0033\0\0\0\u000bssh-ed25519\0\0\0 "u8,
            .. new byte[32], 0, 0, 0, 136, .. new byte[136],
        ];
        byte[] packet =
        [
            0x94,
            0x58,
            4,
            0x66,
            0,
            0,
            0,
            0x16,
            9,
            0x2b,
            6,
            1,
            4,
            1,
            0xda,
            0x47,
            0x0f,
            1,
            1,
            7,
            .. new byte[] { 0x40 },
            .. new byte[33],
            0,
            1,
            0,
            1,
            .. new byte[32],
            0,
            0,
        ];
        byte[] luks =
        [
            0x4c,
            0x55,
            0x4b,
            0x53,
            0xba,
            0xbe,
            0,
            1,
            .. "aes"u8,
            .. new byte[29],
            .. "xts-plain64"u8,
            .. new byte[21],
            .. "sha256"u8,
            .. new byte[30],
            0,
            0,
            0,
            64,
            .. new byte[200],
        ];
        string[] texts =
        [
            rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportRSAPrivateKeyPem(), curve.ExportECPrivateKeyPem(),
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
                + "AES-256-CBC,00\n\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: x\n\n"
                + Convert.ToBase64String(packet)
                + "\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----",
            "-----BEGIN OPENSSH PRIVATE KEY-----\n" + Convert.ToBase64String(openSsh) + "\n-----END OPENSSH PRIVATE KEY-----",
            .. TokensTests.Tokens.Select(row => row.Data.Item2),
            "(11:private-key(3:rsa(1:n99:abc)(1:e3:def)))",
            "0 1 crypt aes-xts-plain64 0123456789abcdef0123456789abcdef 0",
        ];
        return
        [
            rsa.ExportPkcs8PrivateKey(), rsa.ExportRSAPrivateKey(), curve.ExportECPrivateKey(), curve.ExportPkcs8PrivateKey(),
            rsa.ExportEncryptedPkcs8PrivateKey("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1)),
            openSsh,
            packet,
            luks,
            .. texts.Select(Encoding.ASCII.GetBytes), .. texts.Select(Encoding.Unicode.GetBytes),
        ];
    }
}
