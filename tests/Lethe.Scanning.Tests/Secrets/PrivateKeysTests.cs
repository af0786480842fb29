using System.Security.Cryptography;
using System.Text;
using Lethe.Scanning.Secrets;

namespace Lethe.Tests.Scanning.Secrets;

public sealed class PrivateKeysTests
{
    private static readonly AnchoredSecrets Detector = new();
    private static readonly PbeParameters Protection = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    [InlineData(4096)]
    public void Rsa_keys_are_found_in_every_form(int bits)
    {
        using var key = RSA.Create(bits);
        Expect(key.ExportRSAPrivateKey(), "rsa-private-key-der", 100);
        Expect(key.ExportPkcs8PrivateKey(), "private-key-pkcs8", 100);
        Expect(key.ExportEncryptedPkcs8PrivateKey("secret", Protection), "encrypted-private-key-pkcs8", 90);
        Expect(Encoding.ASCII.GetBytes(key.ExportRSAPrivateKeyPem()), "rsa-private-key-pem", 100);
        Expect(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()), "private-key-pem", 100);
        Expect(Encoding.ASCII.GetBytes(key.ExportEncryptedPkcs8PrivateKeyPem("secret", Protection)), "encrypted-private-key-pem", 90);
        Expect(Encoding.Unicode.GetBytes(key.ExportPkcs8PrivateKeyPem()), "private-key-pem", 100);
        Expect(
            Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem().Replace("\n", "\\n", StringComparison.Ordinal)),
            "private-key-pem",
            100
        );
        Expect(
            Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem().Replace("\n", "\r\n", StringComparison.Ordinal)),
            "private-key-pem",
            100
        );
    }

    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public void Elliptic_curve_keys_are_found_in_every_form(string curve)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        Expect(key.ExportECPrivateKey(), "ec-private-key-der", 90);
        Expect(key.ExportPkcs8PrivateKey(), "private-key-pkcs8", 90);
        Expect(key.ExportEncryptedPkcs8PrivateKey("secret", Protection), "encrypted-private-key-pkcs8", 90);
        Expect(Encoding.ASCII.GetBytes(key.ExportECPrivateKeyPem()), "ec-private-key-pem", 90);
        Expect(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()), "private-key-pem", 90);
        Expect(Encoding.ASCII.GetBytes(key.ExportEncryptedPkcs8PrivateKeyPem("secret", Protection)), "encrypted-private-key-pem", 90);
    }

    [Fact]
    public void A_wrong_number_is_no_rsa_key()
    {
        using var key = RSA.Create(2048);
        byte[] der = key.ExportRSAPrivateKey();
        // In the modulus: low and high bytes.
        foreach (int place in new[] { 30, 12 + 255, 12 + 128 })
        {
            der[place] ^= 2;
            Assert.Empty(Detection.Run(Detector, der));
            der[place] ^= 2;
        }
        Assert.Single(Detection.Run(Detector, der));
        Assert.Empty(Detection.Run(Detector, Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem())));
        Assert.Empty(Detection.Run(Detector, key.ExportRSAPublicKey()));
    }

    [Fact]
    public void What_is_cut_off_is_found_with_less_confidence()
    {
        using var key = RSA.Create(2048);
        byte[] pem = Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()), der = key.ExportRSAPrivateKey();
        Assert.Equal([new("private-key-pem", 0, 800, 60)], Detection.Run(Detector, pem.AsSpan(0, 800)));
        Assert.Equal([new("rsa-private-key-der", 0, 700, 60)], Detection.Run(Detector, der.AsSpan(0, 700)));
        // The line alone is in every program that reads keys.
        Assert.Empty(
            Detection.Run(
                Detector,
                "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\0ABCDEFGH"u8
            )
        );
    }

    [Theory]
    [InlineData("rsa", "", 100)]
    [InlineData("ed25519", "", 100)]
    [InlineData("ecdsa", "", 100)]
    [InlineData("ed25519", "a passphrase", 90)]
    public void Keys_of_ssh_keygen_are_found(string type, string passphrase, int confidence)
    {
        using var folder = new ScratchFolder();
        string file = folder.File("key");
        Tool.Run("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", file);
        byte[] pem = File.ReadAllBytes(file);
        Expect(pem.AsSpan(0, pem.Length - 1), "openssh-private-key-pem", confidence);
        string[] lines = File.ReadAllLines(file);
        byte[] binary = Convert.FromBase64String(string.Concat(lines[1..^1]));
        Expect(binary, "openssh-private-key", confidence);
        Assert.Equal([new("openssh-private-key", 0, binary.Length - 8, 60)], Detection.Run(Detector, binary.AsSpan(0, binary.Length - 8)));
    }

    [Theory]
    [InlineData("rsa-private-key-pem", 100, "genrsa", "-traditional", "2048")]
    [InlineData("rsa-private-key-pem", 90, "genrsa", "-traditional", "-aes256", "-passout", "pass:secret", "2048")]
    [InlineData("ec-private-key-pem", 90, "ecparam", "-genkey", "-noout", "-name", "secp256k1")]
    [InlineData("private-key-pem", 90, "genpkey", "-algorithm", "ed25519")]
    [InlineData("private-key-pem", 90, "genpkey", "-algorithm", "x448")]
    [InlineData("private-key-pem", 100, "genpkey", "-algorithm", "RSA-PSS")]
    public void Keys_of_openssl_are_found(string id, int confidence, params string[] arguments)
    {
        byte[] pem = Tool.Run("openssl", arguments);
        Expect(pem.AsSpan(0, pem.Length - 1), id, confidence);
    }

    [Theory]
    [InlineData("rsa2048", "", 100)]
    [InlineData("rsa3072", "a passphrase", 90)]
    [InlineData("ed25519", "", 100)]
    [InlineData("nistp384", "", 100)]
    public void Keys_of_gpg_are_found(string algorithm, string passphrase, int confidence)
    {
        using var folder = new ScratchFolder();
        string[] common = ["--homedir", folder.Path, "--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase];
        try
        {
            Tool.Run("gpg", [.. common, "--quick-gen-key", "someone@example.org", algorithm, "default", "never"]);
            byte[] packets = Tool.Run("gpg", [.. common, "--export-secret-keys"]);
            Assert.Contains(Detection.Run(Detector, packets), find =>
                find.Id == "pgp-secret-key-packet" && find.Position == 0 && find.Confidence == confidence
            );
            byte[] armour = Tool.Run("gpg", [.. common, "--armor", "--export-secret-keys"]);
            Expect(armour.AsSpan(0, armour.Length - 1), "pgp-private-key-armour", confidence);
            // The last number but for the checksum: of a key that is not encrypted, one bit breaks it.
            packets[Detection.Run(Detector, packets).First(find => find.Position == 0).Length - 10] ^= 1;
            Assert.Equal(confidence < 100, Detection.Run(Detector, packets).Any(find => find.Position == 0));
            Assert.Empty(Detection.Run(Detector, Tool.Run("gpg", [.. common, "--export"])));
        }
        finally
        {
            Tool.Run("gpgconf", "--homedir", folder.Path, "--kill", "all");
        }
    }

    [Theory]
    [InlineData("(11:private-key(3:ecc(5:curve7:Ed25519)(5:flags5:eddsa)(1:q3:abc)(1:d4:wxyz)))", 90)]
    [InlineData("(21:protected-private-key(3:rsa(1:n3:abc)(1:e3:def)(9:protec", 60)]
    public void Keys_as_gpg_agent_keeps_them_are_found(string expression, int confidence) =>
        Assert.Contains(Detection.Run(Detector, Encoding.ASCII.GetBytes(expression)), find =>
            find.Id == "gnupg-private-key" && find.Confidence == confidence
        );

    [Fact]
    public void Identities_of_age_are_found_by_their_checksum()
    {
        string identity = Bech32.Encode("AGE-SECRET-KEY-", Enumerable.Range(0, 32).Select(value => (byte)(value * 7)).ToArray());
        Expect(Encoding.ASCII.GetBytes(identity), "age-secret-key", 100);
        for (int place = 16; place < identity.Length; place++)
        {
            char[] wrong = identity.ToCharArray();
            wrong[place] = wrong[place] == 'Q' ? 'P' : 'Q';
            Assert.Empty(Detection.Run(Detector, Encoding.ASCII.GetBytes(wrong)));
        }
    }

    [Fact]
    public void Disk_encryption_is_found()
    {
        byte[] luks1 = new byte[592];
        new byte[] { 0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe, 0, 1 }.CopyTo(luks1, 0);
        "aes"u8.CopyTo(luks1.AsSpan(8));
        "xts-plain64"u8.CopyTo(luks1.AsSpan(40));
        "sha256"u8.CopyTo(luks1.AsSpan(72));
        luks1[111] = 64;
        Assert.Equal([new("luks1-header", 0, 592, 90)], Detection.Run(Detector, luks1));
        luks1[111] = 63;
        Assert.Empty(Detection.Run(Detector, luks1));

        byte[] luks2 = new byte[4096];
        new byte[] { 0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe, 0, 2, 0, 0, 0, 0, 0, 0, 0x40, 0 }.CopyTo(luks2, 0);
        "sha256"u8.CopyTo(luks2.AsSpan(72));
        Assert.Equal([new("luks2-header", 0, 4096, 90)], Detection.Run(Detector, luks2));

        string key = Convert.ToHexStringLower(SHA512.HashData("key"u8));
        Assert.Equal(
            [new("dm-crypt-table-key", 31, 128, 90)],
            Detection.Run(Detector, Encoding.ASCII.GetBytes($"0 204800 crypt aes-xts-plain64 {key} 0 8:1 0"))
        );
        Assert.Empty(Detection.Run(Detector, Encoding.ASCII.GetBytes($"0 204800 crypt aes-xts-plain64 {new string('0', 128)} 0 8:1 0")));
    }

    private static void Expect(ReadOnlySpan<byte> secret, string id, int confidence)
    {
        foreach ((int before, int after) in new[] { (0, 0), (4, 4), (5000, 0), (4093, 300), (4122, 7) })
        {
            Assert.Contains(
                new(id, 65536 + before, secret.Length, confidence),
                Detection.Run(Detector, Detection.Surround(secret, before, after, before), 65536)
            );
        }
    }
}
