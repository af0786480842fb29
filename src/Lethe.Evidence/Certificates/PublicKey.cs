using System.Security.Cryptography;

namespace Lethe.Evidence.Certificates;

/// <summary>An ECDSA P-256 public key, which tells whether a signature is its owner's.</summary>
public sealed class PublicKey : IDisposable
{
    private const string P256 = "1.2.840.10045.3.1.7";
    private const int LongestFile = 16 << 10;
    private readonly ECDsa key;

    private PublicKey(ECDsa key)
    {
        this.key = key;
        Id = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>The key's fingerprint: SHA-256 of its SubjectPublicKeyInfo, hexadecimal.</summary>
    public string Id { get; }

    /// <summary>Reads a key file.</summary>
    /// <exception cref="EvidenceException">There is none, or it holds no such key.</exception>
    public static PublicKey Load(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LongestFile)
                throw new MalformedEvidenceException($"it is longer than {ByteSize.Format(LongestFile)}");
            return Parse(File.ReadAllText(path));
        }
        catch (MalformedEvidenceException failure)
        {
            throw new EvidenceException(
                $"{path} holds no usable public key: {failure.Message}",
                "give the PEM file that lies beside the signing key",
                ExitCode.Configuration
            );
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EvidenceException(
                $"there is no public key {path}",
                "copy it from the machine that signed, with --public-key name the copy",
                ExitCode.Usage
            );
        }
    }

    /// <summary>Reads a key in PEM form.</summary>
    /// <exception cref="MalformedEvidenceException">It is no ECDSA P-256 public key.</exception>
    public static PublicKey Parse(string pem)
    {
        OpenSslLibrary.Require();
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal)) throw new MalformedEvidenceException("it is a private key");
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            RequireP256(key);
            return new PublicKey(key);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new MalformedEvidenceException("it is not an ECDSA P-256 key in PEM form");
        }
    }

    /// <summary>Whether a signature (DER form) over a message is this key's.</summary>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>The key in PEM form, ending with a newline.</summary>
    public string ToPem() => key.ExportSubjectPublicKeyInfoPem() + "\n";

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    internal static PublicKey Of(ECDsa pair)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(pair.ExportSubjectPublicKeyInfo(), out _);
        return new PublicKey(key);
    }

    internal static void RequireP256(ECDsa key)
    {
        if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != P256)
            throw new CryptographicException("another curve");
    }
}
