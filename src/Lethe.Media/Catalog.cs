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
    public static IReadOnlyList<CatalogRoute> Routes { get; } = [.. Plants.SelectMany(RoutesOf)];

    /// <summary>Routes that are broken on purpose, to show that none of them comes out clean; run only by name.</summary>
    public static IReadOnlyList<CatalogRoute> SelfTests { get; } = [.. RoutesOf(BrokenOnPurpose)];

    /// <summary>The modules all routes together need.</summary>
    public static IReadOnlyList<string> Modules { get; } = [.. Routes.SelectMany(route => route.Route.Modules).Distinct()];

    /// <summary>The route of that full name, or null.</summary>
    public static CatalogRoute? Find(string name) =>
        Routes.Concat(SelfTests).FirstOrDefault(route => route.Name == name);

    private static IEnumerable<CatalogRoute> RoutesOf(IPlant plant) =>
        plant.Routes().Select(route => new CatalogRoute(plant.Medium, route));
}

/// <summary>A route and the medium it belongs to.</summary>
public sealed record CatalogRoute(Medium Medium, Route Route)
{
    /// <summary><c>medium/way</c>.</summary>
    public string Name => $"{Medium.Name}/{Route.Way}";
}
