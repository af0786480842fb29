using System.Security.Cryptography;
using System.Text;

namespace Lethe.Evidence.Certificates;

/// <summary>What was run, without saying more about it than was asked for.</summary>
/// <param name="Kind"><c>process-tree</c>.</param>
/// <param name="ArgvSha256">SHA-256 of the arguments, each followed by a NUL, the program's name first; hexadecimal.</param>
/// <param name="Argv">The arguments themselves, when they were to be recorded.</param>
public sealed record Workload(string Kind, string ArgvSha256, IReadOnlyList<string>? Argv)
{
    /// <summary>Describes a process tree by the command line that starts it.</summary>
    /// <param name="argv">The arguments, the program's name first.</param>
    /// <param name="record">Whether the arguments themselves are kept; they may hold secrets.</param>
    public static Workload ProcessTree(IReadOnlyList<string> argv, bool record) => new("process-tree", HashOf(argv), record ? argv : null);

    /// <summary>The digest that stands for this one run of the workload: of its arguments' hash and the certificate's name.</summary>
    public string SubjectDigest(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{ArgvSha256}\0{id}\0")));

    /// <summary>The hash of arguments.</summary>
    public static string HashOf(IReadOnlyList<string> argv)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string argument in argv)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(argument));
            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
