using System.Runtime.InteropServices;
using Lethe.Linux;

namespace Lethe.Disposal.Workloads;

/// <summary>What the launcher becomes.</summary>
/// <param name="Name">The program, as it was given.</param>
/// <param name="Words">Addresses of all words, zero-terminated.</param>
/// <param name="Variables">Addresses of the environment's variables, zero-terminated.</param>
/// <param name="Streams">Descriptors 0, 1 and 2; null for this process's own.</param>
internal sealed record LaunchCommand(string Name, IReadOnlyList<nint> Words, IReadOnlyList<nint> Variables, IReadOnlyList<Descriptor>? Streams)
{
    /// <summary>A variable's value as text; null when it is not set.</summary>
    public string? Variable(string name) => Variables.Select(pointer => Marshal.PtrToStringUTF8(pointer)).OfType<string>()
        .FirstOrDefault(variable => variable.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
}
