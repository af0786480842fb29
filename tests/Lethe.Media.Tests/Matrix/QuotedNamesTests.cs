using System.Text.RegularExpressions;
using Lethe.Media;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media.Matrix;

/// <summary>
/// Names of the form <c>medium/name</c>, wherever they are quoted: in documents, in what the programs say, in certificates, in tests.
/// Each is a route, a rule, or a pattern that one of them fits.
/// </summary>
public sealed partial class QuotedNamesTests
{
    private static readonly string[] Known =
    [
        .. MediaMatrix.Rules.Select(entry => entry.Rule.Id),
        .. Catalog.Routes.Concat(Catalog.SelfTests).Select(route => route.Name),
    ];

    [Fact]
    public void Every_quoted_route_and_rule_exists()
    {
        string[] wrong =
        [
            .. from file in Files()
               from match in Quoted().Matches(File.ReadAllText(file))
               where !Known.Any(name => Fits(match.Value, name))
               select $"{Path.GetRelativePath(SourceTree.Root, file)}: {match.Value}",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void A_name_that_does_not_exist_is_noticed()
    {
        Assert.Equal("memfd-secret/close", Quoted().Match("proved by lethe prove, memfd-secret/close").Value);
        Assert.DoesNotContain(Known, name => Fits("memfd-secret/close", name));
        Assert.Contains(Known, name => Fits("swap/*", name));
    }

    private static bool Fits(string quoted, string name) =>
        Regex.IsMatch(name, $"^{Regex.Escape(quoted).Replace("\\*", ".*", StringComparison.Ordinal)}$");

    // What the program says and what is written about it. Tests may name what does not exist.
    private static IEnumerable<string> Files() =>
    [
        .. Directory.GetFiles(SourceTree.Root, "*.md"),
        .. Directory
            .GetFiles(Path.Combine(SourceTree.Root, "docs"), "*", SearchOption.AllDirectories)
            .Where(file => file is not [.., 'p', 'n', 'g']),
        .. Directory.GetFiles(Path.Combine(SourceTree.Root, "src"), "*.cs", SearchOption.AllDirectories),
        .. Directory.GetFiles(Path.Combine(SourceTree.Root, "src/Lethe.Media/Hosts/Profiles")),
    ];

    [GeneratedRegex(@"(?<![\w/.~$}-])(?:MEDIA)/(?:[a-z0-9]+(?:-[a-z0-9]+)*\*?|\*)(?![\w/.{-])")]
    private static partial Regex Template();

    private static Regex Quoted() => new(
        Template().ToString().Replace("MEDIA", string.Join('|', Medium.All.Append(Medium.SelfTest).Select(medium => medium.Name))));
}
