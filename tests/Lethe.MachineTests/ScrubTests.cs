using Lethe.Evidence;
using Lethe.Evidence.Proof;
using Lethe.Media.FreeMemory;

namespace Lethe.Tests.Lab;

/// <summary>A scrub of free memory, against what the kernel's default leaves; two processors, because each has lists of its own.</summary>
public sealed class ScrubTests
{
    [Theory]
    [InlineData("debian-6.1")]
    [InlineData("debian-6.12")]
    public async Task Nothing_is_left_of_what_is_free(string kernel)
    {
        ProofReport report = await Prove(
            kernel,
            FreeMemoryScrub.Recipe,
            "anonymous-memory/exit",
            "kernel-buffers/unix-socket",
            "kernel-buffers/pty",
            "kernel-buffers/file-names"
        );
        Assert.All(report.Runs, run =>
        {
            Assert.True(
                run.Scrub!.BeforeBytes * 2 >= run.PlantedBytes,
                $"{run.Route}: only {run.Scrub.BeforeBytes} bytes were left to scrub"
            );
            Assert.True(run.Verdict == Verdict.Clean, $"{run.Route}: {run.Verdict} {run.ResidueBytes()} {run.Reason}");
            Assert.Equal(ScrubEnd.Complete, ScrubResult.Parse(run.Scrub.Result)!.End);
        });
    }

    [Fact]
    public async Task A_scrub_without_its_steps_is_found_out()
    {
        // Programs' pages alone do not reach names; page tables alone do not reach programs' pages.
        Assert.Equal(Verdict.Residue, (await Prove("debian-6.1", "u", "kernel-buffers/file-names")).Runs.Single().Verdict);
        Assert.Equal(Verdict.Residue, (await Prove("debian-6.1", "t", "anonymous-memory/exit")).Runs.Single().Verdict);
    }

    private static Task<ProofReport> Prove(string kernel, string recipe, params string[] routes) =>
        Laboratory.Prove(Laboratory.Request(kernel, [""], routes) with { Processors = 2, Scrub = recipe });
}
