using System.Security.Cryptography;
using System.Text;

namespace Lethe.Evidence.Certificates;

/// <summary>
/// The ECDSA P-256 key that signs certificates: a PEM file (PKCS #8) that only its owner can read, the public half beside it.
/// </summary>
public sealed class SigningKey : IDisposable
{
    private const int LongestFile = 16 << 10;
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly ECDsa key;

    private SigningKey(ECDsa key)
    {
        this.key = key;
        PublicKey = PublicKey.Of(key);
    }

    /// <summary>The public half.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Whether it was made just now.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Where the public half of a key file lies.</summary>
    public static string PublicPathOf(string path) => Path.ChangeExtension(path, ".pub.pem");

    /// <summary>Opens the key file, or makes key and file at first use.</summary>
    /// <exception cref="EvidenceException">The file can be read by others, or is no key, or cannot be made.</exception>
    public static SigningKey OpenOrCreate(string path)
    {
        OpenSslLibrary.Require();
        try
        {
            bool made = !File.Exists(path);
            if (made) Create(path);
            SigningKey key = Open(path);
            key.IsNew = made;
            ExportPublicHalf(key.PublicKey, PublicPathOf(path));
            return key;
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new EvidenceException(
                $"cannot use the signing key {path}: {failure.Message}",
                "choose another with --key",
                ExitCode.Permission
            );
        }
        catch (IOException failure)
        {
            throw new EvidenceException(
                $"cannot use the signing key {path}: {failure.Message}",
                "choose another with --key",
                ExitCode.OperationalError
            );
        }
    }

    /// <summary>Opens a key file that is there.</summary>
    /// <exception cref="EvidenceException">The file can be read by others, or is no key.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SigningKey Open(string path)
    {
        OpenSslLibrary.Require();
        using FileStream file = File.OpenRead(path);
        if ((File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            throw new EvidenceException(
                $"the signing key {path} can be used by others than its owner",
                "chmod 600 it; when others may have read it, make a new one",
                ExitCode.Configuration
            );
        if (file.Length > LongestFile) throw NoKey(path);
        byte[] bytes = new byte[file.Length];
        char[] pem = new char[bytes.Length];
        try
        {
            file.ReadExactly(bytes);
            return Parse(pem.AsSpan(0, Encoding.Latin1.GetChars(bytes, pem)), path);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(pem);
        }
    }

    /// <summary>Signs a message; the signature has the DER form that DSSE verifiers expect of ECDSA.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) =>
        key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    public void Dispose()
    {
        PublicKey.Dispose();
        key.Dispose();
    }

    private static SigningKey Parse(ReadOnlySpan<char> pem, string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            PublicKey.RequireP256(key);
            // A public key alone cannot sign; better found out before the workload starts.
            key.SignData([], HashAlgorithmName.SHA256);
            return new SigningKey(key);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw NoKey(path);
        }
    }

    private static EvidenceException NoKey(string path) =>
        new(
            $"{path} holds no ECDSA P-256 private key in PEM form",
            "move it away to have a new one made, or name another with --key",
            ExitCode.Configuration
        );

    /// <summary>The file appears whole, never readable by others, and never in place of one that is there already.</summary>
    private static void Create(string path)
    {
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!, OnlyOwner | UnixFileMode.UserExecute);
        string temporary = $"{full}.{Guid.NewGuid():N}";
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        char[] pem = [.. made.ExportPkcs8PrivateKeyPem(), '\n'];
        byte[] bytes = Encoding.ASCII.GetBytes(pem);
        try
        {
            using (
                var file = new FileStream(
                    temporary,
                    new FileStreamOptions
                    {
                        Mode = FileMode.CreateNew,
                        Access = FileAccess.Write,
                        UnixCreateMode = OnlyOwner,
                    }
                )
            )
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            try
            {
                // Without overwriting, .NET moves with link(2), which fails when the name is taken.
                File.Move(temporary, full, overwrite: false);
            }
            catch (IOException) when (File.Exists(full))
            {
                // Another lethe was first: its key is the one.
            }
        }
        finally
        {
            File.Delete(temporary);
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(pem);
        }
    }

    private static void ExportPublicHalf(PublicKey half, string path)
    {
        if (File.Exists(path)) return;
        try
        {
            ReportFile.Write(path, half.ToPem());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A key of one's own may lie where nothing can be written; signing works all the same.
        }
    }
}
