using System.IO.Enumeration;
using Lethe.Evidence;
using Lethe.Lab;
using Lethe.Media.Matrix;

namespace Lethe.Cli.Prove;

/// <summary>Which routes the user asked for.</summary>
internal static class RouteSelection
{
    private const int MostSuggestions = 3;

    /// <summary>The catalog's routes that match any of the patterns and belong to any of the media; no pattern is all.</summary>
    /// <exception cref="LabException">A pattern or medium matches nothing.</exception>
    public static IReadOnlyList<CatalogRoute> Select(IReadOnlyCollection<string> patterns, IReadOnlyCollection<string> media)
    {
        // Routes that are broken on purpose are never run unless they are asked for.
        CatalogRoute[] known = [.. Catalog.Routes, .. Catalog.SelfTests];
        foreach (string medium in media.Where(medium => known.All(route => route.Medium.Name != medium)))
            throw Unknown("medium", medium, known.Select(route => route.Medium.Name).Distinct());
        foreach (string pattern in patterns.Where(pattern => !known.Any(route => Matches(pattern, route))))
            throw Unknown("route", pattern, known.Select(route => route.Name));
        if (patterns.Count == 0 && media.Count == 0) return Catalog.Routes;
        CatalogRoute[] chosen =
        [
            .. known.Where(route => (patterns.Count == 0 || patterns.Any(pattern => Matches(pattern, route)))
                && (media.Count == 0 || media.Contains(route.Medium.Name))
                && (
                    !Catalog.SelfTests.Contains(route)
                    || media.Contains(route.Medium.Name)
                    || patterns.Any(pattern => pattern.StartsWith(route.Medium.Name, StringComparison.Ordinal))
                )
            ),
        ];
        return chosen.Length > 0 ? chosen : throw new LabException("no route is left", "see lethe prove --list", ExitCode.Usage);
    }

    private static bool Matches(string pattern, CatalogRoute route) =>
        FileSystemName.MatchesSimpleExpression(pattern, route.Name, ignoreCase: false);

    private static LabException Unknown(string kind, string given, IEnumerable<string> names)
    {
        string nearest = string.Join(", ", Spelling.Nearest(given, names).Take(MostSuggestions));
        return new LabException(
            $"there is no {kind} '{given}'",
            $"did you mean {nearest}? All of them: lethe prove --list",
            ExitCode.Usage
        );
    }
}
