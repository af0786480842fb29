using Lethe.Evidence.Proof;
using Lethe.Facts;
using Lethe.Lab.Kernels;
using Lethe.Lab.Protocol;
using Lethe.Media.Matrix;

namespace Lethe.Lab.Proof;

/// <summary>What a proof is to try.</summary>
internal sealed record ProofRequest
{
    /// <summary>The routes, in order.</summary>
    public required IReadOnlyList<CatalogRoute> Routes { get; init; }

    /// <summary>Kernel command line options to compare, in order; an empty text is the kernel's own default.</summary>
    public required IReadOnlyList<string> OptionSets { get; init; }

    /// <summary>Options of <c>lethe run</c> for a second arm in which every workload runs under it; null for no such arm.</summary>
    public string? ProtectedWith { get; init; }

    /// <summary>The kernel.</summary>
    public required BootableKernel Kernel { get; init; }

    /// <summary>The machine's memory, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The machine's processors.</summary>
    public int Processors { get; init; } = 1;

    /// <summary>How much to plant, in bytes.</summary>
    public required long PlantBytes { get; init; }

    /// <summary>How many machines run at once.</summary>
    public required int Jobs { get; init; }

    /// <summary>The lethe file to put into the guest.</summary>
    public required string Program { get; init; }

    /// <summary>Where to keep memory and disks as they were at the last look, or null.</summary>
    public string? KeepDirectory { get; init; }

    /// <summary>Scrub free memory after each end, in this order of steps; null for not.</summary>
    public string? Scrub { get; init; }

    /// <summary>Told what an audit reads in each route's guest while the planted data is there; null for not asking.</summary>
    public Action<RouteRun, HostFacts>? FactsTold { get; init; }

    /// <summary>How long a kernel may take to start the guest program.</summary>
    public TimeSpan BootLimit { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a workload may take to end.</summary>
    public TimeSpan EndLimit { get; init; } = GuestMessage.LongestEnd;
}

/// <summary>How far a proof is.</summary>
/// <param name="Phase">What is being done, in words.</param>
/// <param name="Done">Routes finished.</param>
/// <param name="Total">Routes in all.</param>
internal sealed record ProofProgress(string Phase, int Done, int Total);
