using System.Globalization;
using System.Text;
using System.Text.Json;
using Lethe.Canaries;
using Lethe.Lab.Machine;
using Lethe.Lab.Protocol;
using Lethe.Linux;
using Lethe.Media.Routes;
using Lethe.Scanning.Canaries;
using Lethe.Scanning.Kernel;

namespace Lethe.Tests.Lab;

/// <summary><c>lethe scan</c> of living memory, in a guest whose memory is looked at from outside before and after.</summary>
public sealed class LiveScanTests
{
    private const int PageSize = 4096, NeedleBytes = 64, Needles = 24;
    private const long Residue = 48 << 20;
    private const ulong Seed = 1UL << 63 | 77UL << 40;

    // One and the same scan reads all memory twice, which takes all that it ever needs, and waits before and after it reads it again.
    private const string Rehearsed = "kcore: kcore: {wait} kcore:/proc/kcore {wait}";

    // Of 12,288 pages of residue. Measured on both kernels: 219 to 318, and 0 or 1.
    private const int MostPagesToStart = 400, MostPagesToRead = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    [Theory]
    [InlineData("debian-6.1")]
    [InlineData("debian-6.12")]
    public async Task Residue_of_an_ended_process_is_found_where_it_is_and_the_scan_does_not_find_itself(string kernel)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using VirtualMachine machine = (await Laboratory.Machine(kernel)).Machine;
        var canary = new Canary(Seed, CanaryForm.Binary);
        (string digits, long[] offsets) = NeedlesOf(canary, Residue);
        var memory = new MemoryFileImage(machine.Places[Place.Ram]);
        await LookTwice(machine, canary, Rehearsed, digits, cancel);
        HashSet<long> left = WholePages(memory, canary, Residue);
        PageStates states = PageStates.Of(memory);
        (ulong Address, string State)[] expected =
        [
            .. offsets
                .SelectMany(offset => PlacesOf(memory, left, canary, offset))
                .Select(address => (address, PageStateName.Of(states.StateOf((long)(address / PageSize))))),
        ];
        await machine.Continue(cancel);
        JsonElement report = await Go(machine, 2, cancel);

        // While the process lived they were its own.
        Assert.All(Hits(report, "kcore:"), hit => Assert.Equal("anonymous", hit.GetProperty("pageState").GetString()));
        Assert.All(Hits(report, "kcore:"), hit => Assert.Matches(@"^process \d+ \(lethe\)$", hit.GetProperty("owner").GetString()));
        Assert.Equal(2 * Needles, Hits(report, "kcore:").Count());
        // Then each lies where it was planted, and nowhere else: not in the scan's own memory either.
        (ulong Address, string State)[] found =
        [
            .. Hits(report, "kcore:/proc/kcore").Select(hit => (Address(hit), hit.GetProperty("pageState").GetString()!)),
        ];
        Assert.True(expected.Length >= Needles / 2, $"{expected.Length} needles are left");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kernel}: found {found.Length}, left afterwards {expected.Length}; {report.GetProperty("sources")}"
        );
        // What went afterwards went when owners were looked for.
        Assert.Empty(expected.Except(found));
        Assert.Equal(found.Length, found.DistinctBy(place => place.Address).Count());
        Assert.True(found.Length <= Needles, $"{found.Length} places");
        Assert.All(expected, place => Assert.Contains(place.State, new[] { "free", "free-per-cpu" }));
        Assert.DoesNotContain(report.GetProperty("unread").EnumerateArray(), range =>
            range.GetProperty("source").GetString()!.StartsWith("kcore", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("debian-6.1")]
    [InlineData("debian-6.12")]
    public async Task Reading_all_memory_leaves_residue_where_it_is(string kernel)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using VirtualMachine machine = (await Laboratory.Machine(kernel)).Machine;
        var canary = new Canary(Seed, CanaryForm.Binary);
        CheckOverwritten(kernel, await LookTwice(machine, canary, Rehearsed, OtherNeedles(), cancel), MostPagesToRead);
        await machine.Continue(cancel);
        // Not clean, as the pipes it waited at say nothing of the machine.
        Assert.Empty(Hits(await Go(machine, 0, cancel)));
    }

    // The scan begins while the process lives and reads all memory again when it has ended.
    private static async Task<(HashSet<long> Before, HashSet<long> After)> LookTwice(
        VirtualMachine machine,
        Canary canary,
        string sources,
        string needles,
        CancellationToken cancel
    )
    {
        await Expect(machine, new PlantOrder("anonymous-memory/exit", Seed, Residue).ToMessage(), GuestMessage.Planted, cancel);
        await Expect(machine, new GuestMessage(GuestMessage.Scan, $"{sources} --jobs 1 {needles}"), GuestMessage.Waiting, cancel);
        await Expect(machine, new GuestMessage(GuestMessage.End), GuestMessage.Ended, cancel);
        return await LookBeforeAndAfter(machine, canary, new GuestMessage(GuestMessage.Go), cancel);
    }

    [Theory]
    [InlineData("debian-6.1")]
    [InlineData("debian-6.12")]
    public async Task Starting_a_scan_takes_few_pages_of_what_is_free(string kernel)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using VirtualMachine machine = (await Laboratory.Machine(kernel)).Machine;
        var canary = new Canary(Seed, CanaryForm.Binary);
        await Expect(machine, new PlantOrder("anonymous-memory/exit", Seed, Residue).ToMessage(), GuestMessage.Planted, cancel);
        await Expect(machine, new GuestMessage(GuestMessage.End), GuestMessage.Ended, cancel);
        var start = new GuestMessage(GuestMessage.Scan, $"{{wait}} kcore: {{wait}} --jobs 1 {OtherNeedles()}");
        CheckOverwritten(kernel, await LookBeforeAndAfter(machine, canary, start, cancel), MostPagesToStart);
    }

    // The pages of residue before the scan goes on to where it waits next, and after.
    private static async Task<(HashSet<long> Before, HashSet<long> After)> LookBeforeAndAfter(
        VirtualMachine machine, Canary canary, GuestMessage goOn, CancellationToken cancel)
    {
        var memory = new MemoryFileImage(machine.Places[Place.Ram]);
        await machine.Stop(cancel);
        HashSet<long> before = WholePages(memory, canary, Residue);
        await machine.Continue(cancel);
        await Expect(machine, goOn, GuestMessage.Waiting, cancel);
        await machine.Stop(cancel);
        return (before, WholePages(memory, canary, Residue));
    }

    private static void CheckOverwritten(string kernel, (HashSet<long> Before, HashSet<long> After) residue, int most)
    {
        int overwritten = residue.Before.Count(page => !residue.After.Contains(page));
        TestContext.Current.TestOutputHelper?.WriteLine($"{kernel}: {residue.Before.Count} pages of residue, {overwritten} overwritten");
        Assert.True(residue.Before.Count > Residue / PageSize / 2, $"only {residue.Before.Count} pages of residue");
        Assert.True(overwritten <= most, $"{overwritten} pages of residue were overwritten");
    }

    // Others than are planted: nothing is found, so nothing is asked about it afterwards.
    private static string OtherNeedles() => NeedlesOf(new Canary(Seed ^ 1UL << 62, CanaryForm.Binary), Residue).Options;

    [Fact]
    public async Task Swapped_pages_of_a_process_are_read_where_they_are()
    {
        const long Planted = 16 << 20;
        var cancel = TestContext.Current.CancellationToken;
        await using VirtualMachine machine = (await Laboratory.Machine("debian-6.12")).Machine;
        var canary = new Canary(Seed, CanaryForm.Binary);
        (string digits, long[] offsets) = NeedlesOf(canary, Planted);
        await Expect(machine, new PlantOrder("swap/exit", Seed, Planted).ToMessage(), GuestMessage.Planted, cancel);
        await Expect(
            machine,
            new GuestMessage(GuestMessage.Scan, $"{{wait}} pid:{{workload}} --jobs 1 {digits}"),
            GuestMessage.Waiting,
            cancel
        );
        (long resident, long swapped) before = await Memory(machine, cancel);
        JsonElement report = await Go(machine, 2, cancel);
        (long resident, long swapped) after = await Memory(machine, cancel);

        Assert.True(before.swapped >= Planted / 1024, $"{before.swapped} KiB are in swap");
        Assert.Equal(before, after);
        JsonElement[] hits = [.. Hits(report)];
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"VmRSS and VmSwap before {before}, after {after}; {hits.Length} hits; {report.GetProperty("sources")} "
                + $"{report.GetProperty("unread")}"
        );
        Assert.Equal(offsets.Length, hits.Length);
        Assert.All(hits, hit => Assert.Matches(@"^process \d+, swap slot \d+$", hit.GetProperty("owner").GetString()));
        Assert.DoesNotContain(report.GetProperty("unread").EnumerateArray(), range =>
            !range.GetProperty("source").GetString()!.StartsWith("/run", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Persistent_memory_is_searched()
    {
        const long Planted = 4 << 20;
        var cancel = TestContext.Current.CancellationToken;
        await using VirtualMachine machine = (await Laboratory.Machine("debian-6.12")).Machine;
        var canary = new Canary(Seed, CanaryForm.Binary);
        (string digits, long[] offsets) = NeedlesOf(canary, Planted);
        await Expect(machine, new PlantOrder("persistent-memory/fsdax-unlink", Seed, Planted).ToMessage(), GuestMessage.Planted, cancel);
        await Expect(machine, new GuestMessage(GuestMessage.Scan, $"{{wait}} pmem: {digits}"), GuestMessage.Waiting, cancel);
        JsonElement report = await Go(machine, 2, cancel);
        JsonElement[] hits = [.. Hits(report, "pmem:")];
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{hits.Length} hits; {report.GetProperty("sources")} {report.GetProperty("unread")}"
        );
        Assert.Equal(offsets.Length, hits.Length);
        // Behind the machine's memory.
        Assert.All(hits, hit => Assert.True(Address(hit) >= 4UL << 30));
        Assert.DoesNotContain(report.GetProperty("unread").EnumerateArray(), range =>
            !range.GetProperty("source").GetString()!.StartsWith("/run", StringComparison.Ordinal)
        );
    }

    private static async Task<GuestMessage> Expect(VirtualMachine machine, GuestMessage order, string kind, CancellationToken cancel)
    {
        GuestMessage answer = await machine.Ask(order, Limit, cancel);
        Assert.True(answer.Kind == kind, answer.ToString());
        return answer;
    }

    private static async Task<JsonElement> Go(VirtualMachine machine, int code, CancellationToken cancel)
    {
        GuestMessage answer = await Expect(machine, new GuestMessage(GuestMessage.Go), GuestMessage.Scanned, cancel);
        Assert.True(answer.Text.StartsWith($"{code} ", StringComparison.Ordinal), answer.Text);
        return JsonDocument.Parse(answer.Text[2..]).RootElement;
    }

    private static IEnumerable<JsonElement> Hits(JsonElement report, string? source = null) =>
        report.GetProperty("hits").EnumerateArray().Where(hit => source is null || hit.GetProperty("source").GetString() == source);

    private static ulong Address(JsonElement hit) =>
        ulong.Parse(hit.GetProperty("physical").GetString()!.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    // Some bytes of it here and there, as options.
    private static (string Options, long[] Offsets) NeedlesOf(Canary canary, long planted)
    {
        long[] offsets = [.. Enumerable.Range(0, Needles).Select(needle => needle * (planted / Needles / PageSize * PageSize) + 1000)];
        var options = new StringBuilder();
        byte[] needle = new byte[NeedleBytes];
        foreach (long offset in offsets)
        {
            canary.Fill(needle, offset);
            options.Append(CultureInfo.InvariantCulture, $" --hex {Convert.ToHexString(needle)}");
        }

        return (options.ToString().TrimStart(), offsets);
    }

    private static HashSet<long> WholePages(MemoryFileImage memory, Canary canary, long planted) =>
        [.. memory.Search(canary, planted).BytesByPage.Where(page => page.Value == PageSize).Select(page => page.Key)];

    private static List<ulong> PlacesOf(MemoryFileImage memory, HashSet<long> pages, Canary canary, long offset)
    {
        byte[] needle = new byte[NeedleBytes], page = new byte[PageSize];
        canary.Fill(needle, offset);
        var places = new List<ulong>();
        foreach (long frame in pages)
        {
            if (memory.TryRead((ulong)frame * PageSize, page) && page.AsSpan().IndexOf(needle) is >= 0 and int at)
                places.Add((ulong)frame * PageSize + (ulong)at);
        }

        return places;
    }

    // VmRSS and VmSwap of the workload, in KiB.
    private static async Task<(long Resident, long Swapped)> Memory(VirtualMachine machine, CancellationToken cancel)
    {
        GuestMessage answer = await Expect(
            machine,
            new GuestMessage(GuestMessage.Copy, $"/proc/{{workload}}/status {Place.ScratchDevice}"),
            GuestMessage.Copied,
            cancel
        );
        string status = TextOf(machine.Places[Place.ScratchDisk], (int)answer.Bytes()!.Value);
        return (Of("VmRSS:"), Of("VmSwap:"));

        long Of(string name) =>
            long.Parse(
                status
                    .Split('\n')
                    .Single(line => line.StartsWith(name, StringComparison.Ordinal))
                    .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
                CultureInfo.InvariantCulture
            );
    }

    private static unsafe string TextOf(MemoryFile disk, int length) => Encoding.Latin1.GetString(disk.Start, length);
}
