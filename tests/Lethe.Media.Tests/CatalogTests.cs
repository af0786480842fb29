using Lethe.Canaries;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media;

public sealed class CatalogTests
{
    [Fact]
    public void Names_are_unique_and_plain()
    {
        string[] names = [.. Catalog.Routes.Concat(Catalog.SelfTests).Select(route => route.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z0-9-]+/[a-z0-9-]+$", name));
    }

    [Fact]
    public void The_routes_are_as_approved() =>
        Approval.Check(
            string.Concat(
                Catalog.Routes.Select(route => $"{route.Name}{(route.Route.IsControl ? " (control)" : "")}: {route.Route.Meaning}\n")
            ),
            "routes"
        );

    [Fact]
    public void Every_route_is_found_by_its_name() =>
        Assert.All(Catalog.Routes, route => Assert.Same(route, Catalog.Find(route.Name)));

    [Fact]
    public void Under_lethe_run_the_routes_are_as_approved() =>
        Approval.Check(string.Concat(Catalog.ProtectedRoutes.Select(DescribeUnderLethe)), "routes-under-lethe-run");

    [Fact]
    public void Every_route_is_there_under_lethe_run_and_nothing_may_be_kept()
    {
        Assert.Equal(
            Catalog.Routes.Concat(Catalog.SelfTests).Select(route => route.Name),
            Catalog.ProtectedRoutes.Select(route => route.Name)
        );
        Assert.All(Catalog.ProtectedRoutes, route => Assert.True(route.Route.Protected && !route.Route.IsControl, route.Name));
        Assert.All(Catalog.Routes, route => Assert.False(route.Route.Protected, route.Name));
        Assert.All(Catalog.ProtectedRoutes, route => Assert.Same(route, Catalog.Find(route.Name, underLethe: true)));
        Assert.Equal(["/mnt/tmpfs", "/mnt/names"], Catalog.VolatileDirectories);
    }

    [Fact]
    public void Broken_routes_are_not_among_the_ordinary_ones() =>
        Assert.DoesNotContain(Catalog.Routes, route => route.Medium.Name == "self-test");

    [Fact]
    public void Texts_are_words_of_letters_where_a_route_needs_text() =>
        Assert.All(Catalog.Routes.Where(route => route.Route.Form == CanaryForm.Text), route =>
            Assert.True(route.Route.MostBytes % 16 == 0)
        );

    private static string DescribeUnderLethe(CatalogRoute entry) =>
        entry.Route.LeftOut is { } reason
            ? $"{entry.Name}: left out: {reason}\n"
            : $"{entry.Name}: seen in {entry.Route.LivePlace}{(entry.Route.WhenProtected is { } different ? $"; {different}" : "")}\n";
}
