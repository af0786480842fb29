using Lethe.Evidence;
using Lethe.Evidence.Proof;
using Lethe.Lab;
using Lethe.Lab.Kernels;
using Lethe.Lab.Proof;
using Lethe.Media;

namespace Lethe.Tests.Lab;

/// <summary>The laboratory as tests use it: the shipped lethe in the guest, the user's cache, two machines at once.</summary>
internal static class Laboratory
{
    private static readonly TimeSpan OrdinaryBoot = TimeSpan.FromSeconds(120);

    public static Cache Cache { get; } = Cache.OfUser();

    // Tests run two at a time, and programs and kernels are installed once.
    private static readonly Lock Installing = new();

    public static KernelFiles Kernel(string name)
    {
        try
        {
            lock (Installing)
            {
                Prerequisites.Ensure(_ => { });
                return DebianKernel.All.Single(kernel => kernel.Name == name).Fetch(Cache, _ => { });
            }
        }
        catch (LabException gone) when (gone.ExitCode == ExitCode.Unsupported)
        {
            // Archives drop old kernels; that one cannot be reached is a failure.
            Assert.Skip(gone.Message);
            throw;
        }
    }

    public static Task<ProofReport> Prove(string kernel, IReadOnlyList<string> options, params string[] routes) =>
        Prove(kernel, options, Look.SearchInPlace, routes);

    public static Task<ProofReport> Prove(string kernel, IReadOnlyList<string> options, CanarySearcher search, params string[] routes) =>
        Prove(kernel, options, search, OrdinaryBoot, routes);

    /// <summary>The same routes without and with <c>lethe run</c>, which gets these options.</summary>
    public static Task<ProofReport> ProveProtected(string kernel, IReadOnlyList<string> options, string runOptions, params string[] routes) =>
        Prove(kernel, options, Look.SearchInPlace, OrdinaryBoot, runOptions, routes);

    public static Task<ProofReport> Prove(string kernel, IReadOnlyList<string> options, CanarySearcher search, TimeSpan bootLimit, params string[] routes) =>
        Prove(kernel, options, search, bootLimit, runOptions: null, routes);

    private static Task<ProofReport> Prove(string kernel, IReadOnlyList<string> options, CanarySearcher search, TimeSpan bootLimit, string? runOptions, string[] routes)
    {
        var request = new ProofRequest
        {
            Routes = [.. routes.Select(name => Catalog.Find(name)!)],
            OptionSets = options,
            ProtectedWith = runOptions,
            Kernel = Kernel(kernel),
            MemoryBytes = 512 << 20,
            PlantBytes = 8 << 20,
            Jobs = 2,
            Program = ShippedLethe.Path,
            BootLimit = bootLimit,
        };
        return new Prover(request, Cache, _ => { }, search).Run(TestContext.Current.CancellationToken);
    }

    public static RouteRun Find(ProofReport report, string route, string options, Protection protection = Protection.None) =>
        report.Runs.Single(run => run.Route == route && run.Options == options && run.Protection == protection);
}
