using System.Diagnostics;
using System.Text.Json;

namespace Lethe.Tests.Cli;

/// <summary>
/// Memory and files that a workload gives back while it lives: what goes is overwritten, what stays is left alone, what is not known is
/// said.
/// </summary>
public sealed class GivenBackTests : IDisposable
{
    private const long Size = 8 << 20;
    private readonly string directory = Directory.CreateTempSubdirectory("lethe-given-back-").FullName;

    // Not below /tmp, where the tree may lie and which a workload does not see.
    private readonly string program = $"/var/tmp/given-back-{Guid.NewGuid():N}";

    public GivenBackTests()
    {
        using Process compiler = Process.Start(
            "gcc",
            ["-O1", "-pthread", "-o", program, Path.Combine(SourceTree.Root, "tests/Lethe.CliTests/Programs/given-back.c")]
        );
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
    }

    [Fact]
    public void A_call_that_fails_loses_nothing()
    {
        var result = ShippedLethe.Run("run", "--no-certificate", "--quiet", "--strict", "--", program, "failing");
        Assert.Equal(("", 0), (result.Output, result.ExitCode));
    }

    [Theory]
    [InlineData("truncate", "tmpfs")]
    [InlineData("remove", "posix-shared-memory")]
    public void What_is_cut_off_a_private_file_is_overwritten_first(string mode, string medium)
    {
        JsonElement outcome = Outcome(mode, medium);
        Assert.Equal("clean", outcome.GetProperty("verdict").GetString());
        Assert.True(outcome.GetProperty("bytes").GetInt64() >= Size, outcome.ToString());
    }

    [Fact]
    public void Memory_is_held_when_a_thread_executes_after_the_first_one_has_ended()
    {
        JsonElement outcome = Outcome("orphan-thread", "anonymous-memory", "--strict");
        Assert.DoesNotContain("without holding", outcome.ToString(), StringComparison.Ordinal);
        Assert.True(outcome.GetProperty("bytes").GetInt64() >= Size, outcome.ToString());
    }

    [Theory]
    [InlineData("own-tmpfs", "mounted 1 file systems in memory itself")]
    [InlineData("leave-place", "unmounted a private place")]
    public void What_is_not_watched_is_said(string mode, string reason)
    {
        JsonElement outcome = Outcome(mode, "tmpfs");
        Assert.Equal("inconclusive", outcome.GetProperty("verdict").GetString());
        Assert.Contains(reason, outcome.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        File.Delete(program);
        Directory.Delete(directory, recursive: true);
    }

    private JsonElement Outcome(string mode, string medium, params string[] options)
    {
        string report = Path.Combine(directory, "report.json");
        ShippedLethe.Run(["run", "--no-certificate", "--quiet", "--report", report, .. options, "--", program, mode]);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(report));
        return document
            .RootElement.GetProperty("media")
            .EnumerateArray()
            .Single(entry => entry.GetProperty("medium").GetString() == medium)
            .Clone();
    }
}
