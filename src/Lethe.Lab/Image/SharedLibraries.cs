using System.Text.RegularExpressions;
using Lethe.Linux;

namespace Lethe.Lab.Image;

/// <summary>Which libraries a program needs beside it.</summary>
internal static partial class SharedLibraries
{
    /// <summary>Full paths of the libraries the dynamic linker would load, itself included.</summary>
    /// <exception cref="IOException">The linker cannot say.</exception>
    public static IReadOnlyList<string> Of(string program)
    {
        try
        {
            return Parse(Command.Run("/usr/bin/ldd", program));
        }
        catch (CommandFailedException failure) when (failure.Message.Contains("not a dynamic executable", StringComparison.Ordinal))
        {
            return [];
        }
    }

    internal static IReadOnlyList<string> Parse(string output) =>
        [.. LibraryPath().Matches(output).Select(match => match.Groups[1].Value).Distinct()];

    // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)" or "/lib64/ld-linux-x86-64.so.2 (0x...)"
    [GeneratedRegex(@"(?:^|\s)(/\S+) \(0x[0-9a-f]+\)")]
    private static partial Regex LibraryPath();
}
