using System.Text.RegularExpressions;

namespace Lethe.Tests.Structure;

/// <summary>A source file of a project: its namespace, the types it declares, and every name it uses.</summary>
internal sealed partial record SourceFile(
    string Path,
    string Namespace,
    IReadOnlySet<string> Types,
    IReadOnlySet<string> Imports,
    IReadOnlySet<string> Names,
    string Code
)
{
    /// <summary>Reads a file; null for one without a namespace.</summary>
    public static SourceFile? Read(string path)
    {
        string text = File.ReadAllText(path), code = Comments().Replace(text, "");
        return NamespaceLine().Match(code) is { Success: true } declared
            ? new SourceFile(
                path,
                declared.Groups[1].Value,
                All(TypeLine(), code),
                All(ImportLine(), code),
                Name().Matches(code).Select(match => match.Value).ToHashSet(),
                code
            )
            : null;
    }

    private static HashSet<string> All(Regex pattern, string code) => [.. pattern.Matches(code).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex ImportLine();

    // Only what begins a line: nested types are reached through the one around them.
    [GeneratedRegex(
        @"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|unsafe|file|ref) )*"
            + @"(?:class|record struct|record|struct|interface|enum|delegate [^;(]+?) (\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"\b[A-Z]\w*\b")]
    private static partial Regex Name();
}

/// <summary>The repository's source files.</summary>
internal static class SourceFiles
{
    /// <summary>The projects below <c>src</c>, by name.</summary>
    public static IReadOnlyList<string> Projects { get; } =
    [
        .. Directory
            .GetFiles(Path.Combine(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension)
            .OfType<string>()
            .Order(),
    ];

    /// <summary>A project's files.</summary>
    public static IReadOnlyList<SourceFile> Of(string project) =>
        [
            .. Directory
                .GetFiles(Path.Combine(SourceTree.Root, "src", project), "*.cs", SearchOption.AllDirectories)
                .Select(SourceFile.Read)
                .OfType<SourceFile>(),
        ];
}
