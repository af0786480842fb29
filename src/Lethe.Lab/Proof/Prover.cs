using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Lethe.Canaries;
using Lethe.Evidence;
using Lethe.Evidence.Proof;
using Lethe.Lab.Image;
using Lethe.Lab.Machine;
using Lethe.Lab.Protocol;
using Lethe.Media.Matrix;
using Lethe.Media.Routes;

namespace Lethe.Lab.Proof;

/// <summary>
/// Tries every route under every set of kernel options, without and with <c>lethe run</c>, each on its own copy of a freshly booted
/// machine.
/// </summary>
/// <param name="request">What to try.</param>
/// <param name="cache">Where images are kept.</param>
/// <param name="benches">The machines; those that it needs are booted.</param>
/// <param name="progress">Told how far it is; may be called from several threads.</param>
/// <param name="search">How places are searched.</param>
internal sealed class Prover(ProofRequest request, Cache cache, Benches benches, Action<ProofProgress> progress, CanarySearcher search)
{
    private const int ShownConsoleLines = 3;

    private readonly byte[] runSeed = RandomNumberGenerator.GetBytes(32);
    private int done, total;

    /// <summary>
    /// The swap disk of a machine: room for a hibernation image of all its memory, which the kernel does not promise to compress.
    /// </summary>
    /// <param name="memoryBytes">Its memory.</param>
    public static long SwapDiskBytesFor(long memoryBytes) => memoryBytes + (32L << 20);

    /// <summary>Runs the whole proof.</summary>
    /// <exception cref="LabException">A kernel does not boot.</exception>
    public async Task<ProofReport> Run(CancellationToken cancel)
    {
        DateTimeOffset started = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        Report("preparing");
        string image = new GuestImage(cache).Build(request.Program, request.Kernel);
        string tools = new ToolsDisk(cache).Build();
        Accelerator accelerator = await Accelerator.Choose(cache, request.Kernel.Image, cancel);
        Report($"booting {request.Kernel.Release} ({accelerator.Description})");

        var report = new ProofReport
        {
            Version = LetheVersion.Text,
            Started = started,
            DurationMs = 0,
            Accelerator = accelerator.Name,
            MemoryBytes = request.MemoryBytes,
            PlantBytes = request.PlantBytes,
            OptionSets = request.OptionSets,
            ProtectedWith = request.ProtectedWith,
            Routes = [.. request.Routes.Select(Describe)],
            Runs = [],
        };
        IReadOnlyList<ProofColumn> columns = report.Columns();
        Bench[] machines = [.. columns.Select(column => benches.Of(Specify(column, image, tools, accelerator.Name), request.BootLimit))];
        var outcomes = new ConcurrentDictionary<(int Route, int Column), RouteRun>();
        // Route by route, so that the machines of all columns boot side by side.
        (int Route, int Column, CatalogRoute Entry)[] work =
        [
            .. from route in Enumerable.Range(0, request.Routes.Count)
               from column in Enumerable.Range(0, columns.Count)
               let entry = EntryIn(columns[column], request.Routes[route])
               where entry is not null
               select (route, column, entry),
        ];
        total = work.Length;
        await Parallel.ForEachAsync(
            work,
            new ParallelOptions { MaxDegreeOfParallelism = request.Jobs, CancellationToken = cancel },
            async (cell, cancelled) =>
                outcomes[(cell.Route, cell.Column)] = await Try(cell.Entry, columns[cell.Column], machines[cell.Column], cancelled)
        );
        return report with
        {
            DurationMs = clock.ElapsedMilliseconds,
            Runs = [.. outcomes.OrderBy(outcome => outcome.Key).Select(outcome => outcome.Value)],
        };
    }

    /// <summary>The route as it is in that column; null where it is left out.</summary>
    private static CatalogRoute? EntryIn(ProofColumn column, CatalogRoute entry)
    {
        if (column.Protection == Protection.None) return entry;
        CatalogRoute underLethe = Catalog.Find(entry.Name, underLethe: true)!;
        return underLethe.Route.LeftOut is null ? underLethe : null;
    }

    private static RouteDescription Describe(CatalogRoute entry)
    {
        Route underLethe = Catalog.Find(entry.Name, underLethe: true)!.Route;
        return new RouteDescription(
            entry.Name,
            entry.Medium.Name,
            entry.Route.Meaning,
            entry.Route.IsControl,
            underLethe.LeftOut is null ? underLethe.WhenProtected : null,
            underLethe.LeftOut
        );
    }

    private async Task<RouteRun> Try(CatalogRoute entry, ProofColumn column, Bench bench, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        (Snapshot snapshot, GuestState state) = await bench.Snapshot(cancel);
        var run = new RouteRun
        {
            Route = entry.Name,
            Medium = entry.Medium.Name,
            Kernel = Printable.Of(state.Kernel),
            Options = column.Options,
            Protection = column.Protection,
            Effective = state.Effective,
            Control = entry.Route.IsControl,
            Verdict = Verdict.Inconclusive,
        };
        RouteRun outcome = await TryTwice(entry, snapshot, run, cancel) with { DurationMs = clock.ElapsedMilliseconds };
        Interlocked.Increment(ref done);
        Report(entry.Name);
        return outcome;
    }

    /// <summary>A lost machine says nothing about the route, so it is tried once more.</summary>
    private async Task<RouteRun> TryTwice(CatalogRoute entry, Snapshot snapshot, RouteRun run, CancellationToken cancel)
    {
        try
        {
            return await TryOnce(entry, snapshot, run, attempt: 1, cancel);
        }
        catch (LostMachineException)
        {
            try
            {
                return await TryOnce(entry, snapshot, run, attempt: 2, cancel);
            }
            catch (LostMachineException lost)
            {
                return run with
                {
                    LostMachine = true,
                    Reason = Printable.Of(
                        $"the machine was lost twice: {lost.Message}; its console ended with: "
                            + $"{string.Join(" | ", lost.ConsoleTail.TakeLast(ShownConsoleLines))}"
                    ),
                };
            }
        }
    }

    private async Task<RouteRun> TryOnce(CatalogRoute entry, Snapshot snapshot, RouteRun run, int attempt, CancellationToken cancel)
    {
        ulong seed = Canary.Seed(runSeed, $"{entry.Name}\n{run.Options}\n{run.Protection}\n{attempt}");
        var resuming = Stopwatch.StartNew();
        await using VirtualMachine machine = await snapshot.Resume(cancel);
        resuming.Stop();
        RouteRun outcome = await new RouteExperiment(entry, seed, request.PlantBytes, search)
        {
            Scrub = request.Scrub,
            FactsTold = request.FactsTold,
            EndLimit = request.EndLimit,
        }.Run(machine, run, cancel);
        outcome = outcome with
        {
            Timings = outcome.Timings is { } timings ? timings with { ResumeMs = resuming.ElapsedMilliseconds } : null,
        };
        if (request.KeepDirectory is not { } directory) return outcome;
        await machine.Stop(cancel);
        string protection = run.Protection == Protection.Lethe ? ".lethe" : "";
        KeptMachine.Save(
            machine,
            Path.Combine(directory, $"{entry.Name.Replace('/', '.')}.{request.OptionSets.ToList().IndexOf(run.Options)}{protection}")
        );
        return outcome;
    }

    private MachineSpecification Specify(ProofColumn column, string image, string tools, string accelerator) => new(
        request.Kernel.Image, image, column.Options, request.MemoryBytes, SwapDiskBytesFor(request.MemoryBytes), accelerator, tools,
        column.Protection == Protection.Lethe ? request.ProtectedWith : null, request.Processors);

    private void Report(string phase) => progress(new ProofProgress(phase, Volatile.Read(ref done), total));
}
