using Lethe.Media.Routes;
using Lethe.Media.SelfTest;

namespace Lethe.Media.Matrix;

/// <summary>All routes, in the order of the matrix.</summary>
internal static class Catalog
{
    private static readonly IPlant BrokenOnPurpose = new SelfTestPlant();

    /// <summary>Every route, in order.</summary>
    public static IReadOnlyList<CatalogRoute> Routes { get; } =
    [.. MediaMatrix.Plants.SelectMany(plant => RoutesOf(plant, underLethe: false))];

    /// <summary>Routes that are broken on purpose, to show that none of them is judged clean. They run only by name.</summary>
    public static IReadOnlyList<CatalogRoute> SelfTests { get; } = [.. RoutesOf(BrokenOnPurpose, underLethe: false)];

    /// <summary>The same routes and self-tests as they are under <c>lethe run</c>, including those that are left out there.</summary>
    public static IReadOnlyList<CatalogRoute> ProtectedRoutes { get; } =
    [.. MediaMatrix.Plants.Append(BrokenOnPurpose).SelectMany(plant => RoutesOf(plant, underLethe: true))];

    /// <summary>Directories that <c>lethe run</c> has to make volatile for its workload.</summary>
    public static IReadOnlyList<string> VolatileDirectories { get; } =
    [.. ProtectedRoutes.Select(route => route.Route.VolatileDirectory).OfType<string>().Distinct()];

    /// <summary>The kernel modules that all routes together need, by name.</summary>
    public static IReadOnlyList<string> Modules { get; } = [.. Routes.SelectMany(route => route.Route.Modules).Distinct()];

    /// <summary>The route with that name, or null.</summary>
    /// <param name="name">Its full name, <c>medium/way</c>.</param>
    /// <param name="underLethe">Whether to find the route as it is under <c>lethe run</c>.</param>
    public static CatalogRoute? Find(string name, bool underLethe = false) =>
        (underLethe ? ProtectedRoutes : Routes.Concat(SelfTests)).FirstOrDefault(route => route.Name == name);

    private static IEnumerable<CatalogRoute> RoutesOf(IPlant plant, bool underLethe)
    {
        foreach (Route route in plant.Routes())
        {
            route.Protected = underLethe;
            yield return new CatalogRoute(plant.Medium, route);
        }
    }
}

/// <summary>A route and the medium it belongs to.</summary>
internal sealed record CatalogRoute(Medium Medium, Route Route)
{
    /// <summary><c>medium/way</c>.</summary>
    public string Name => $"{Medium.Name}/{Route.Way}";
}
