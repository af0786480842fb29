namespace Lethe.Media;

/// <summary>All media and their routes, in the order of the matrix. Adding a medium is adding a folder and a line here.</summary>
public static class Catalog
{
    private static readonly IPlant[] Plants =
    [
        new AnonymousMemory.Plant(),
        new GuestMemory.Plant(),
        new PageCache.Plant(),
        new Tmpfs.Plant(),
        new PosixSharedMemory.Plant(),
        new Memfd.Plant(),
        new MemfdSecret.Plant(),
        new SysvSharedMemory.Plant(),
        new HugePagePool.Plant(),
        new KernelBuffers.Plant(),
        new Keyrings.Plant(),
        new KernelLogs.Plant(),
        new Swap.Plant(),
        new Zram.Plant(),
        new Hibernation.Plant(),
        new CoreDumps.Plant(),
        new ScratchStorage.Plant(),
        new PersistentMemory.Plant(),
    ];

    private static readonly IPlant BrokenOnPurpose = new Lethe.Media.SelfTest.Plant();

    /// <summary>The media, in order.</summary>
    public static IReadOnlyList<Medium> Media { get; } = [.. Plants.Select(plant => plant.Medium)];

    /// <summary>Every route, in order.</summary>
    public static IReadOnlyList<CatalogRoute> Routes { get; } = [.. Plants.SelectMany(plant => RoutesOf(plant, underLethe: false))];

    /// <summary>Routes that are broken on purpose, to show that none of them comes out clean; run only by name.</summary>
    public static IReadOnlyList<CatalogRoute> SelfTests { get; } = [.. RoutesOf(BrokenOnPurpose, underLethe: false)];

    /// <summary>The same routes and self-tests as they are under <c>lethe run</c>; those that are left out there say why.</summary>
    public static IReadOnlyList<CatalogRoute> ProtectedRoutes { get; } = [.. Plants.Append(BrokenOnPurpose).SelectMany(plant => RoutesOf(plant, underLethe: true))];

    /// <summary>Directories that <c>lethe run</c> has to make volatile for its workload.</summary>
    public static IReadOnlyList<string> VolatileDirectories { get; } = [.. ProtectedRoutes.Select(route => route.Route.VolatileDirectory).OfType<string>().Distinct()];

    /// <summary>The modules all routes together need.</summary>
    public static IReadOnlyList<string> Modules { get; } = [.. Routes.SelectMany(route => route.Route.Modules).Distinct()];

    /// <summary>The route of that full name, or null.</summary>
    /// <param name="name">Full name.</param>
    /// <param name="underLethe">Whether as it is under <c>lethe run</c>.</param>
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
public sealed record CatalogRoute(Medium Medium, Route Route)
{
    /// <summary><c>medium/way</c>.</summary>
    public string Name => $"{Medium.Name}/{Route.Way}";
}
