using System.Runtime.InteropServices;
using System.Text;
using Lethe.Linux;

namespace Lethe.Disposal.Workloads;

/// <summary>What the launcher becomes.</summary>
/// <param name="Name">The program, as it was given.</param>
/// <param name="Words">Addresses of all words, zero-terminated.</param>
/// <param name="Variables">Addresses of the environment's variables, zero-terminated.</param>
/// <param name="Streams">Descriptors 0, 1 and 2; null for this process's own.</param>
internal sealed record LaunchCommand(
    string Name,
    IReadOnlyList<nint> Words,
    IReadOnlyList<nint> Variables,
    IReadOnlyList<Descriptor>? Streams
)
{
    /// <summary>A variable's value as text; null when it is not set. The others are not copied: they may be secrets.</summary>
    public unsafe string? Variable(string name)
    {
        byte[] begin = Encoding.UTF8.GetBytes(name + "=");
        foreach (nint pointer in Variables)
        {
            // SAFETY: each is the address of a string that ends with a zero byte, and whoever made this command keeps it in place.
            ReadOnlySpan<byte> variable = MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)pointer);
            if (variable.StartsWith(begin)) return Encoding.UTF8.GetString(variable[begin.Length..]);
        }

        return null;
    }
}
