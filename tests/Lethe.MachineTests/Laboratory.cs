using Lethe.Evidence;
using Lethe.Evidence.Proof;
using Lethe.Lab;
using Lethe.Lab.Image;
using Lethe.Lab.Kernels;
using Lethe.Lab.Machine;
using Lethe.Lab.Proof;
using Lethe.Lab.Protocol;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Lab;

/// <summary>
/// The laboratory as tests use it: the shipped lethe in the guest, the user's cache, and each machine booted once for all tests.
/// </summary>
internal static class Laboratory
{
    private const long MemoryBytes = 512 << 20;

    private static readonly TimeSpan OrdinaryBoot = TimeSpan.FromSeconds(120);

    private static readonly Benches Benches = new();

    public static Cache Cache { get; } = Cache.OfUser();

    // Tests run side by side, and programs and kernels are installed once.
    private static readonly Lock Installing = new();

    public static BootableKernel Kernel(string name)
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

    /// <summary>A machine of a test's own, fresh from its boot: a copy of one that is booted once, the same as proofs use.</summary>
    /// <param name="kernel">The kernel's name.</param>
    /// <param name="options">What is added to its command line.</param>
    /// <param name="protectedWith">Options of the <c>lethe run</c> that workloads run under; null for none.</param>
    /// <param name="memoryBytes">The machine's memory.</param>
    public static async Task<(VirtualMachine Machine, GuestState State)> Machine(
        string kernel,
        string options = "",
        string? protectedWith = null,
        long memoryBytes = MemoryBytes
    )
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        BootableKernel files = Kernel(kernel);
        var specification = new MachineSpecification(
            files.Image,
            new GuestImage(Cache).Build(ShippedLethe.Path, files),
            options,
            memoryBytes,
            Prover.SwapDiskBytesFor(memoryBytes),
            "tcg",
            new ToolsDisk(Cache).Build(),
            protectedWith
        );
        (Snapshot snapshot, GuestState state) = await Benches.Of(specification, OrdinaryBoot).Snapshot(cancel);
        VirtualMachine machine = await snapshot.Resume(cancel);
        await machine.Continue(cancel);
        return (machine, state);
    }

    /// <summary>Runs a proof on the shared machines.</summary>
    public static Task<ProofReport> Prove(ProofRequest request, CanarySearcher? search = null) =>
        new Prover(request, Cache, Benches, _ => { }, search ?? Look.SearchInPlace).Run(TestContext.Current.CancellationToken);

    public static Task<ProofReport> Prove(string kernel, IReadOnlyList<string> options, params string[] routes) =>
        Prove(kernel, options, Look.SearchInPlace, routes);

    public static Task<ProofReport> Prove(string kernel, IReadOnlyList<string> options, CanarySearcher search, params string[] routes) =>
        Prove(kernel, options, search, OrdinaryBoot, routes);

    /// <summary>The same routes without and with <c>lethe run</c>, which gets these options.</summary>
    public static Task<ProofReport> ProveProtected(
        string kernel,
        IReadOnlyList<string> options,
        string runOptions,
        params string[] routes
    ) => Prove(kernel, options, Look.SearchInPlace, OrdinaryBoot, runOptions, routes);

    public static Task<ProofReport> Prove(
        string kernel,
        IReadOnlyList<string> options,
        CanarySearcher search,
        TimeSpan bootLimit,
        params string[] routes
    ) => Prove(kernel, options, search, bootLimit, runOptions: null, routes);

    private static Task<ProofReport> Prove(
        string kernel,
        IReadOnlyList<string> options,
        CanarySearcher search,
        TimeSpan bootLimit,
        string? runOptions,
        string[] routes
    )
    {
        ProofRequest request = Request(kernel, options, routes) with { ProtectedWith = runOptions, BootLimit = bootLimit };
        return Prove(request, search);
    }

    /// <summary>What a proof of these routes asks for when a test wants nothing else.</summary>
    public static ProofRequest Request(string kernel, IReadOnlyList<string> options, IEnumerable<string> routes) => new()
    {
        Routes = [.. routes.Select(name => Catalog.Find(name)!)],
        OptionSets = options,
        Kernel = Kernel(kernel),
        MemoryBytes = MemoryBytes,
        PlantBytes = 8 << 20,
        Jobs = 2,
        Program = ShippedLethe.Path,
    };

    public static RouteRun Find(ProofReport report, string route, string options, Protection protection = Protection.None) =>
        report.Runs.Single(run => run.Route == route && run.Options == options && run.Protection == protection);
}
