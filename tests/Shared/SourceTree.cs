using System.Runtime.CompilerServices;

namespace Lethe.Tests;

/// <summary>Where this checkout is.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Find();

    private static string Find([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../.."));
}
