using Lethe.Evidence;
using Lethe.Evidence.Proof;

namespace Lethe.Tests.Lab;

/// <summary>The arm of a proof whose workloads run under <c>lethe run</c>.</summary>
public sealed class ProtectedArmTests
{
    // One for each way a route differs there: as it is, signalled, living on, in a volatile directory, in the scratch
    // directory, asked to be swapped out, crashing, refused, the machine's.
    private static readonly string[] Routes =
    [
        "anonymous-memory/exit", "anonymous-memory/kill", "anonymous-memory/execve", "tmpfs/kept", "scratch-storage/unlink",
        "swap/exit", "core-dump/file", "kernel-log/cleared", "hibernation/image-after-resume",
    ];

    [Fact]
    public async Task Every_route_that_a_process_can_take_is_taken_under_lethe_run_as_well()
    {
        ProofReport report = await Laboratory.ProveProtected("debian-6.1", [""], "--strict", Routes);
        RouteRun[] protectedRuns = [.. report.Runs.Where(run => run.Protection == Protection.Lethe)];
        Assert.Equal(Routes[..^1], protectedRuns.Select(run => run.Route));
        Assert.Equal(Routes, report.Runs.Where(run => run.Protection == Protection.None).Select(run => run.Route));
        Assert.All(report.Runs.Where(run => !run.Refused), run => Assert.True(
            run.Verdict is Verdict.Clean or Verdict.Residue && run.LiveBytes * 100 >= run.PlantedBytes * 99,
            $"{run.Route} {run.Protection}: {run.Verdict} {run.Reason}"
        )
    );
        Assert.All(protectedRuns, run => Assert.False(run.Control, run.Route));
        Assert.All(protectedRuns.Where(run => !run.Refused), run =>
            Assert.True(run.Verdict == Verdict.Clean, $"{run.Route}: {run.ResidueBytes()} bytes stay under lethe run")
        );
        // The comparison is worth something only if the same route leaves something without lethe run.
        Assert.All(report.Runs.Where(run => run.Protection == Protection.None), run => Assert.Equal(Verdict.Residue, run.Verdict));
    }

    [Theory]
    [InlineData(
        "--strict --without anonymous-memory --without tmpfs --without posix-shared-memory --without memfd --without sysv-shared-memory "
            + "--without swap --without core-dump",
        "anonymous-memory/exit",
        "tmpfs/kept",
        "posix-shared-memory/unlink",
        "memfd/exit",
        "sysv-shared-memory/left",
        "swap/exit",
        "core-dump/file"
    )]
    [InlineData("--without execve", "anonymous-memory/execve", "anonymous-memory/munmap")]
    public async Task A_seal_that_is_switched_off_is_missed(string runOptions, params string[] routes)
    {
        ProofReport report = await Laboratory.ProveProtected("debian-6.1", [""], runOptions, routes);
        Assert.All(report.Runs, run =>
            Assert.True(run.Verdict == Verdict.Residue, $"{run.Route} {run.Protection}: {run.Verdict} {run.Reason}")
        );
    }

    [Fact]
    public async Task A_scrub_closes_what_no_seal_can()
    {
        ProofReport report = await Laboratory.ProveProtected("debian-6.12", [""], "--scrub", "kernel-buffers/pipe", "page-cache/unlink");
        Assert.All(report.Runs.Where(run => run.Protection == Protection.Lethe), run =>
            Assert.True(run.Verdict == Verdict.Clean, $"{run.Route}: {run.Verdict} {run.ResidueBytes()} {run.Reason}")
        );
    }
}
