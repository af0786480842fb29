using System.Diagnostics;

namespace Lethe.Tests.Cli;

/// <summary>A program that is not lethe ends a workload with the library (examples/run-a-workload).</summary>
public sealed class ExampleTests
{
    private static readonly string Program = Path.Combine(SourceTree.Root, "artifacts/bin/run-a-workload/release/run-a-workload");

    [Fact]
    public void It_runs_the_command_and_wipes_it()
    {
        (int exitCode, string output, string errors) = Run(
            "sh",
            "-c",
            "echo secret >/dev/shm/lethe-example; cat /dev/shm/lethe-example; exit 7"
        );
        Assert.True(exitCode == 7, errors);
        Assert.Equal("secret\n", output);
        Assert.Contains("anonymous-memory: Clean", errors);
        Assert.Contains("posix-shared-memory: Clean", errors);
        // As root it was in a private place, which is gone.
        Assert.False(File.Exists("/dev/shm/lethe-example"));
    }

    [Fact]
    public void Words_are_handed_on_byte_for_byte() => Assert.Equal("a b\n-c\n\n", Run("printf", "%s\\n", "a b", "-c", "").Output);

    private static (int ExitCode, string Output, string Errors) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
