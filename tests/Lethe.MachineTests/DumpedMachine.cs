using Lethe.Canaries;
using Lethe.Lab.Machine;
using Lethe.Lab.Protocol;
using Lethe.Linux;
using Lethe.Media.Matrix;
using Lethe.Media.Routes;
using Lethe.Scanning.Canaries;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Tests.Lab;

/// <summary>A guest with two canaries that stands still, for dumps of it; booted once for all of them.</summary>
public sealed class DumpedMachine : IAsyncLifetime
{
    private const long MemoryBytes = 256 << 20, PlantedBytes = 4 << 20;
    private const int PageSize = 4096, FirmwareBytes = 1 << 20;

    private readonly string root = Directory.CreateTempSubdirectory("lethe-dumps-").FullName;
    private VirtualMachine machine = null!;
    private PageStates states = null!;

    /// <summary>A canary in a process's memory, and one in the kernel's.</summary>
    public (Canary Canary, long Bytes) OfProcess { get; private set; }

    /// <inheritdoc cref="OfProcess"/>
    public (Canary Canary, long Bytes) OfKernel { get; private set; }

    internal VirtualMachine Machine => machine;

    public async ValueTask InitializeAsync()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (machine, _) = await Laboratory.Machine("debian-6.1", memoryBytes: MemoryBytes);
        OfProcess = await Plant("anonymous-memory/exit", seed: 1UL << 63 | 11UL << 40, cancel);
        OfKernel = await Plant("kernel-buffers/pipe", seed: 1UL << 63 | 12UL << 40, cancel);
        await machine.Stop(cancel);
        states = PageStates.Of(new MemoryFileImage(machine.Places[Place.Ram]));
    }

    public async ValueTask DisposeAsync()
    {
        if (machine is not null) await machine.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    /// <summary>A place for a dump.</summary>
    public string PathOf(string name) => Path.Combine(root, name);

    /// <summary>
    /// Where a canary lies in the machine's memory: physical address, offset in the canary, bytes; ordered, adjacent ones joined.
    /// </summary>
    public IReadOnlyList<(long Address, long Offset, long Bytes)> PlacesOf((Canary Canary, long Bytes) planted)
    {
        MemoryFile ram = machine.Places[Place.Ram];
        using Source source = SourceOpener.Open(ram.Path);
        return PlacesIn(source, planted, out _);
    }

    /// <summary>Those of the places that lie in pages which a dump without page cache, users' and free pages keeps.</summary>
    public IReadOnlyList<(long Address, long Offset, long Bytes)> Kept(IReadOnlyList<(long Address, long Offset, long Bytes)> places) =>
        [.. places.SelectMany(ByPage).Where(place => states.StateOf(place.Address / PageSize)
            is not (PageState.Anonymous or PageState.PageCache or PageState.SharedMemory or PageState.HugePage or PageState.Free))];

    /// <summary>The same places, cut at the borders of pages.</summary>
    public static IEnumerable<(long Address, long Offset, long Bytes)> ByPage((long Address, long Offset, long Bytes) place)
    {
        for (long done = 0, bytes; done < place.Bytes; done += bytes)
        {
            bytes = Math.Min(PageSize - (place.Address + done) % PageSize, place.Bytes - done);
            yield return (place.Address + done, place.Offset + done, bytes);
        }
    }

    /// <summary>Where a canary lies in a dump, as a scan finds it.</summary>
    public static IReadOnlyList<(long Address, long Offset, long Bytes)> PlacesIn(
        Source source,
        (Canary Canary, long Bytes) planted,
        out ScanResult result
    )
    {
        result = new Scanner(
            [new CanaryDetector(planted.Canary, "canary", planted.Bytes)],
            new ScanOptions { KeptMatches = int.MaxValue }
        ).Scan(source);
        var places = new List<(long Address, long Offset, long Bytes)>();
        foreach (Hit hit in result.Hits.OrderBy(AddressOf))
        {
            (long address, long offset, long bytes) = places.Count > 0 ? places[^1] : default;
            if (places.Count > 0 && address + bytes == AddressOf(hit) && offset + bytes == hit.Match.PatternOffset)
                places[^1] = (address, offset, bytes + hit.Match.Length);
            else places.Add((AddressOf(hit), hit.Match.PatternOffset, hit.Match.Length));
        }

        return places;
    }

    /// <summary>That the dump's header has the kernel's note, and the states of its pages are those of the machine's memory.</summary>
    public void AssertSamePages(Source source)
    {
        Assert.NotNull(source.KernelNote);
        Assert.Equal(states.Release, source.KernelNote.Release);
        ImagePages pages = ImagePages.Of(source.Memory!, source.KernelNote);
        Assert.True(pages.KnowsOwners);
        // What the firmware keeps at the end of memory is in no page table of the guest, and so in no dump that follows these.
        long end = Math.Min(MemoryBytes, source.Memory!.Length);
        Assert.True(end >= MemoryBytes - FirmwareBytes);
        for (long frame = 0; frame < end / PageSize; frame++)
            Assert.True(
                states.StateOf(frame) == pages.StateOf(frame),
                $"page {frame}: {states.StateOf(frame)} in memory, {pages.StateOf(frame)} in {source.Name}"
            );
    }

    private static long AddressOf(Hit hit) => (long)(hit.Part.Address ?? (ulong)hit.Part.Offset) + hit.Match.Position;

    private async Task<(Canary Canary, long Bytes)> Plant(string route, ulong seed, CancellationToken cancel)
    {
        GuestMessage answer = await machine.Ask(new PlantOrder(route, seed, PlantedBytes).ToMessage(), TimeSpan.FromSeconds(120), cancel);
        Assert.True(answer.Kind == GuestMessage.Planted, answer.ToString());
        return (new Canary(seed, Catalog.Find(route)!.Route.Form), answer.Bytes()!.Value);
    }
}
