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

    /// <summary>Where the dynamic linker's cache has a library.</summary>
    /// <param name="name">Its name as programs ask for it, like libssl.so.3.</param>
    /// <exception cref="IOException">It is not installed.</exception>
    public static string Find(string name) => FindIn(Command.Run("/sbin/ldconfig", "-p"), name)
        ?? throw new IOException($"the library {name} is missing; on Debian libssl3 has it");

    internal static string? FindIn(string cache, string name) => CacheEntry().Matches(cache)
        .FirstOrDefault(match => match.Groups[1].Value == name)?.Groups[2].Value;

    internal static IReadOnlyList<string> Parse(string output) =>
        [.. LibraryPath().Matches(output).Select(match => match.Groups[1].Value).Distinct()];

    // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)" or "/lib64/ld-linux-x86-64.so.2 (0x...)"
    [GeneratedRegex(@"(?:^|\s)(/\S+) \(0x[0-9a-f]+\)")]
    private static partial Regex LibraryPath();

    // "libssl.so.3 (libc6,x86-64) => /lib/x86_64-linux-gnu/libssl.so.3"; other architectures are named differently.
    [GeneratedRegex(@"^\s*(\S+) \(libc6,x86-64[^)]*\) => (/\S+)$", RegexOptions.Multiline)]
    private static partial Regex CacheEntry();
}
