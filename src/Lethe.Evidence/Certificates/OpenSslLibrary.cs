using System.Runtime.InteropServices;

namespace Lethe.Evidence.Certificates;

/// <summary>The library that .NET's cryptography calls. Where it is missing .NET ends the whole process, so that is asked first.</summary>
internal static class OpenSslLibrary
{
    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1"];
    private static readonly Lazy<bool> Present = new(() => Names.Any(name => NativeLibrary.TryLoad(name, out _)));

    /// <summary>Goes on only where it is there.</summary>
    /// <exception cref="EvidenceException">It is missing.</exception>
    public static void Require()
    {
        if (!Present.Value)
            throw new EvidenceException(
                "certificates need OpenSSL, and this system has no libssl.so.3",
                "install it (on Debian: apt-get install libssl3)",
                ExitCode.Unsupported
            );
    }
}
