using Lethe.Canaries;
using Lethe.Evidence.ExitCodes;
using Lethe.Evidence.Proof;
using Lethe.Evidence;
using Lethe.Lab.Proof;
using Lethe.Lab;
using Lethe.Linux;
using Lethe.Media.Matrix;
using Lethe.Media.Routes;

namespace Lethe.Tests.Lab;

/// <summary>
/// Boots real kernels. Each test is one or two boots; together they are the promises of GUARANTEES.md on <c>lethe prove</c>.
/// </summary>
public sealed class LaboratoryTests
{
    private static readonly string[] BothOptionSets = ["", "init_on_free=1"];

    [Fact]
    public async Task The_kernels_own_default_leaves_what_zeroing_on_free_does_not()
    {
        ProofReport report = await Laboratory.Prove(
            "debian-6.1", BothOptionSets,
            "anonymous-memory/exit", "tmpfs/kept", "huge-page-pool/exit", "keyring/process-keyring", "kernel-buffers/pipe", "memfd/exit");
        Assert.All(report.Runs, run => Assert.True(run.LiveBytes * 100 >= run.PlantedBytes * 99, $"{run.Route}: {run.Reason}"));

        AssertResidue(report, "anonymous-memory/exit", "", "free", "free-per-cpu");
        AssertResidue(report, "kernel-buffers/pipe", "", "free", "free-per-cpu");
        AssertResidue(report, "memfd/exit", "", "free", "free-per-cpu");
        foreach (string route in new[] { "anonymous-memory/exit", "kernel-buffers/pipe", "memfd/exit", "keyring/process-keyring" })
            Assert.Equal(Verdict.Clean, Laboratory.Find(report, route, "init_on_free=1").Verdict);
        foreach (string options in BothOptionSets)
        {
            AssertResidue(report, "tmpfs/kept", options, "shmem");
            AssertResidue(report, "huge-page-pool/exit", options, "hugetlb");
        }

        Assert.False(Laboratory.Find(report, "tmpfs/kept", "").Effective!.InitOnFree);
        Assert.True(Laboratory.Find(report, "tmpfs/kept", "init_on_free=1").Effective!.InitOnFree);
    }

    [Fact]
    public async Task Storage_is_searched_beside_memory()
    {
        ProofReport report = await Laboratory.Prove(
            "debian-6.1",
            ["init_on_free=1"],
            "swap/exit",
            "scratch-storage/unlink",
            "scratch-storage/encrypted-close",
            "persistent-memory/fsdax-unlink"
        );
        Assert.Equal(8 << 20, BytesIn(report, "swap/exit", Place.SwapDisk));
        Assert.Equal(8 << 20, BytesIn(report, "scratch-storage/unlink", Place.ScratchDisk));
        Assert.Equal(8 << 20, BytesIn(report, "persistent-memory/fsdax-unlink", Place.PersistentMemory));
        Assert.Equal(Verdict.Clean, Laboratory.Find(report, "scratch-storage/encrypted-close", "init_on_free=1").Verdict);
    }

    [Fact]
    public async Task A_newer_kernel_with_other_layouts_is_read_as_well()
    {
        ProofReport report = await Laboratory.Prove(
            "debian-6.12",
            [""],
            "anonymous-memory/exit",
            "anonymous-memory/madvise-free",
            "tmpfs/kept",
            "huge-page-pool/exit",
            "kernel-buffers/file-names"
        );
        AssertResidue(report, "anonymous-memory/exit", "", "free", "free-per-cpu");
        AssertResidue(report, "anonymous-memory/madvise-free", "", "anonymous");
        AssertResidue(report, "tmpfs/kept", "", "shmem");
        AssertResidue(report, "huge-page-pool/exit", "", "hugetlb");
    }

    /// <summary>The tests of the test: none of these may come out clean.</summary>
    [Fact]
    public async Task What_is_broken_on_purpose_is_never_clean()
    {
        ProofRequest request = Laboratory.Request("debian-6.1", ["init_on_free=1"], Catalog.SelfTests.Select(route => route.Name));
        // One of them never ends; the others are long through by then.
        ProofReport report = await Laboratory.Prove(request with { EndLimit = TimeSpan.FromSeconds(20) });
        RouteRun nothing = Laboratory.Find(report, "self-test/plants-nothing", "init_on_free=1");
        Assert.Equal(Verdict.Inconclusive, nothing.Verdict);
        Assert.Contains("were seen while the workload lived", nothing.Reason);
        RouteRun alive = Laboratory.Find(report, "self-test/does-not-end", "init_on_free=1");
        Assert.Equal(Verdict.Inconclusive, alive.Verdict);
        Assert.Contains("the workload did not end", alive.Reason);
        RouteRun otherwise = Laboratory.Find(report, "self-test/ends-otherwise", "init_on_free=1");
        Assert.Equal(Verdict.Inconclusive, otherwise.Verdict);
        Assert.Contains("wait status", otherwise.Reason);
        RouteRun dead = Laboratory.Find(report, "self-test/dies-half-way", "init_on_free=1");
        Assert.Equal(Verdict.Inconclusive, dead.Verdict);
        Assert.True(dead.LostMachine);
        Assert.Contains("lost twice", dead.Reason);
        Assert.Equal(ExitCode.OperationalError, ExitCodePolicy.OfProof(report.Runs));
    }

    [Fact]
    public async Task A_search_that_finds_nothing_is_never_clean()
    {
        ProofReport report = await Laboratory.Prove(
            "debian-6.1", ["init_on_free=1"], (_, _, canary, planted) => new Survivors(canary, planted), "anonymous-memory/exit");
        Assert.Equal(Verdict.Inconclusive, report.Runs.Single().Verdict);
    }

    [Fact]
    public async Task A_search_that_sees_ghosts_is_never_clean()
    {
        // Finds the whole canary before it was planted.
        static Survivors Ghosts(MemoryFile place, MemoryFile? known, Canary canary, long planted)
        {
            var found = new Survivors(canary, planted);
            found.Note(0, 0, planted / canary.WordSize * canary.WordSize);
            return found;
        }

        ProofReport report = await Laboratory.Prove("debian-6.1", ["init_on_free=1"], Ghosts, "anonymous-memory/exit");
        Assert.Equal(Verdict.Inconclusive, report.Runs.Single().Verdict);
        Assert.Contains("before it was planted", report.Runs.Single().Reason);
    }

    [Fact]
    public async Task A_kernel_that_panics_is_an_error_with_its_last_words()
    {
        LabException failure = await Assert.ThrowsAsync<LabException>(() =>
            Laboratory.Prove("debian-6.1", ["rdinit=/no/such/program init=/no/such/program"], "anonymous-memory/exit")
        );
        Assert.Equal(ExitCode.OperationalError, failure.ExitCode);
        Assert.Contains("panic", failure.Hint);
    }

    [Fact]
    public async Task A_kernel_that_never_arrives_is_an_error_after_its_time()
    {
        LabException failure = await Assert.ThrowsAsync<LabException>(() => Laboratory.Prove(
            "debian-6.1", ["rdinit=/bin/busybox"], Look.SearchInPlace, TimeSpan.FromSeconds(15), "anonymous-memory/exit"));
        Assert.Equal(ExitCode.OperationalError, failure.ExitCode);
    }

    private static void AssertResidue(ProofReport report, string route, string options, params string[] states)
    {
        RouteRun run = Laboratory.Find(report, route, options);
        Assert.True(run.Verdict == Verdict.Residue, $"{route} [{options}]: {run.Verdict} {run.Reason}");
        IReadOnlyDictionary<string, long> found = run.Residue.Single(place => place.Where == Place.Ram).States!;
        long expected = states.Sum(state => found.GetValueOrDefault(state));
        // Nearly all of the canary, and nearly all of it in these states.
        Assert.True(expected * 100 >= run.PlantedBytes * 95, $"{route} [{options}]: {string.Join(", ", found)}");
        Assert.True(expected * 100 >= found.Values.Sum() * 95, $"{route} [{options}]: {string.Join(", ", found)}");
    }

    private static long BytesIn(ProofReport report, string route, string place) =>
        Laboratory.Find(report, route, "init_on_free=1").Residue.Single(residue => residue.Where == place).Bytes;
}
