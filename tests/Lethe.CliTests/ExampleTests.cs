using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Lethe.Tests.Cli;

/// <summary>Programs that are not lethe and use its libraries (examples).</summary>
public sealed class ExampleTests
{
    [Fact]
    public void It_runs_the_command_and_wipes_it()
    {
        (int exitCode, string output, string errors) = Run(
            "run-a-workload",
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
    public void Words_are_handed_on_byte_for_byte() =>
        Assert.Equal("a b\n-c\n\n", Run("run-a-workload", "printf", "%s\\n", "a b", "-c", "").Output);

    [Fact]
    public void A_file_is_scanned_for_a_text_and_for_keys()
    {
        string directory = Directory.CreateTempSubdirectory("lethe-example-").FullName, file = Path.Combine(directory, "notes");
        File.WriteAllText(file, "the word is lethe-example-4711, and nothing else");
        (int exitCode, string output, string errors) = Run("scan-a-file", file, "lethe-example-4711");
        Assert.True(exitCode == 2, errors);
        Assert.Equal(12, JsonNode.Parse(output)!["hits"]![0]!["offset"]!.GetValue<int>());
        Assert.Equal(0, Run("scan-a-file", file, "lethe-example-0815").ExitCode);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void The_host_is_audited()
    {
        (int exitCode, string output, string errors) = Run("audit-this-host");
        Assert.True(exitCode == 0, errors);
        Assert.All(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^[a-z-]+: [a-z-]+/[a-z-]+", line));
    }

    private static (int ExitCode, string Output, string Errors) Run(string example, params string[] arguments)
    {
        string program = Path.Combine(SourceTree.Root, $"artifacts/bin/{example}/release/{example}");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
