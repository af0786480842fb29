using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lethe.Tests.Cli;

/// <summary>What happens to a workload, and to lethe, when things go wrong around them.</summary>
public sealed class RunTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public void It_works_from_a_place_that_it_hides()
    {
        string copy = Path.Combine(Path.GetTempPath(), $"lethe-{Guid.NewGuid():N}");
        File.Copy(ShippedLethe.Path, copy);
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(copy, ["run", "--no-certificate", "--quiet", "--", "sh", "-c", "exit 3"])
            )!;
            process.WaitForExit();
            Assert.Equal(3, process.ExitCode);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    [Fact]
    public void Whoever_kills_lethe_kills_the_workload()
    {
        string mark = $"98{Environment.ProcessId}";
        using Process lethe = ShippedLethe.Start(
            Nothing,
            ["run", "--no-certificate", "--quiet", "--", "sh", "-c", $"(setsid sleep {mark} >/dev/null 2>&1 &); sleep {mark}"]
        );
        Await(() => Sleepers(mark) == 2);
        lethe.Kill(entireProcessTree: false);
        lethe.WaitForExit();
        Await(() => Sleepers(mark) == 0);
    }

    [Fact]
    public void A_signal_is_handed_on_and_the_second_one_kills()
    {
        string mark = $"97{Environment.ProcessId}";
        using Process lethe = ShippedLethe.Start(
            Nothing,
            ["run", "--no-certificate", "--quiet", "--", "sh", "-c", $"trap 'echo asked' TERM; while :; do sleep {mark}; done"]
        );
        Await(() => Sleepers(mark) == 1);
        Signal(lethe, "TERM");
        Thread.Sleep(200);
        Assert.False(lethe.HasExited);
        Signal(lethe, "TERM");
        lethe.WaitForExit();
        Assert.Equal(137, lethe.ExitCode);
        Assert.Equal(0, Sleepers(mark));
    }

    [Theory]
    [InlineData("HUP", 1)]
    [InlineData("INT", 2)]
    [InlineData("TERM", 15)]
    public void A_signal_that_comes_before_the_command_runs_ends_it_all_the_same(string name, int number)
    {
        // As soon as lethe takes signals: some hundred milliseconds before the command runs.
        // Whoever runs the tests may ignore some of them (nohup, a shell's background), and so would the command then.
        using Process lethe = Process.Start(
            "env",
            ["--default-signal=HUP,INT,TERM", ShippedLethe.Path, "run", "--no-certificate", "--quiet", "--", "sleep", "60"]
        );
        Await(() => Catches(lethe.Id, 1), pauseMs: 1);
        Signal(lethe, name);
        lethe.WaitForExit();
        Assert.Equal(128 + number, lethe.ExitCode);
    }

    [Fact]
    public void Arguments_that_are_no_text_come_through_as_they_are()
    {
        var result = ShippedLethe.Run(
            "run",
            "--no-certificate",
            "--quiet",
            "--",
            "sh",
            "-c",
            "exec env LC_ALL=C sh -c 'printf %s \"$1\" | od -An -tx1' sh \"$(printf 'a\\377b')\""
        );
        Assert.Equal("61 ff 62", result.Output.Trim());
    }

    [Fact]
    public void A_thousand_processes_and_a_thousand_threads_are_followed()
    {
        string report = Path.GetTempFileName() + ".json";
        var processes = ShippedLethe.Run(
            "run",
            "--no-certificate",
            "--report",
            report,
            "--",
            "sh",
            "-c",
            "i=0; while [ $i -lt 1000 ]; do /bin/true & i=$((i+1)); done; wait; echo all"
        );
        Assert.Equal((0, "all"), (processes.ExitCode, processes.Output.Trim()));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(report));
        JsonElement memory = document
            .RootElement.GetProperty("media")
            .EnumerateArray()
            .Single(medium => medium.GetProperty("medium").GetString() == "anonymous-memory");
        // Each shell child has pages of its own before it becomes true.
        Assert.True(memory.GetProperty("bytes").GetInt64() > 1000 * 4096, memory.ToString());
        File.Delete(report);
    }

    [Fact]
    public void Each_verdict_of_a_certificate_says_what_it_rests_on()
    {
        string report = Path.Combine(Path.GetTempPath(), $"lethe-verdicts-{Environment.ProcessId}.json");
        ShippedLethe.Run("run", "--no-certificate", "--quiet", "--report", report, "--", "true");
        JsonArray media = JsonNode.Parse(File.ReadAllText(report))!["media"]!.AsArray();
        File.Delete(report);
        Assert.All(media, medium =>
        {
            string verdict = medium!["verdict"]!.GetValue<string>();
            Assert.NotNull(verdict == "clean" ? medium["verification"] : medium["reason"]);
        });
        JsonNode secret = media.Single(medium => medium!["medium"]!.GetValue<string>() == "memfd-secret")!;
        Assert.Contains(secret["verdict"]!.GetValue<string>(), (string[])["clean", "proved-elsewhere"]);
    }

    [Fact]
    public void A_run_is_certified_and_the_certificate_verifies()
    {
        string state = Directory.CreateTempSubdirectory("lethe-state-").FullName;
        var environment = new Dictionary<string, string> { ["LETHE_STATE"] = state };
        try
        {
            var run = ShippedLethe.Run(environment, ["run", "--", "sh", "-c", "exit 5"]);
            Assert.Equal(5, run.ExitCode);
            Assert.Contains("lethe: certificate ", run.Errors, StringComparison.Ordinal);
            Assert.Equal(0, ShippedLethe.Run(environment, ["certificate", "verify"]).ExitCode);
            Assert.Contains("exit 5", ShippedLethe.Run(environment, ["certificate", "list"]).Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }

    [Fact]
    public void A_new_key_is_said_once_with_its_fingerprint()
    {
        string state = Directory.CreateTempSubdirectory("lethe-state-").FullName, key = Path.Combine(state, "own.pem");
        var environment = new Dictionary<string, string> { ["LETHE_STATE"] = state };
        try
        {
            Assert.Matches(
                $"lethe: made a new signing key {key} \\(fingerprint [0-9a-f]{{64}}\\)",
                ShippedLethe.Run(environment, ["run", "--key", key, "--", "true"]).Errors
            );
            Assert.DoesNotContain(
                "new signing key",
                ShippedLethe.Run(environment, ["run", "--key", key, "--", "true"]).Errors,
                StringComparison.Ordinal
            );
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }

    [Theory]
    [InlineData("/proc/lethe-ledger")]
    [InlineData("/dev/full")]
    public void A_ledger_that_cannot_be_written_is_found_out_before_anything_runs(string ledger)
    {
        var result = ShippedLethe.Run("run", "--ledger", ledger, "--", "echo", "ran");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(0, 1)]
    public void A_record_that_cannot_be_written_at_the_end_does_not_hide_how_the_command_ended(int own, int expected)
    {
        string state = Directory.CreateTempSubdirectory("lethe-state-").FullName,
            reports = Directory.CreateDirectory(Path.Combine(state, "reports")).FullName;
        try
        {
            // The command takes both away. Its own /tmp is private, so the state must lie elsewhere, or --without tmpfs.
            string[] run =
            [
                "run",
                "--without",
                "tmpfs",
                "--ledger",
                Path.Combine(state, "ledger.sqlite"),
                "--key",
                Path.Combine(state, "key.pem"),
                "--report",
                Path.Combine(reports, "end.json"),
            ];
            var result = ShippedLethe.Run([
                .. run,
                "--",
                "sh",
                "-c",
                $"rm -r '{reports}'; mkdir '{state}/ledger.sqlite-journal'; exit {own}",
            ]);
            Assert.Equal(expected, result.ExitCode);
            Assert.Contains($"lethe: ended (exit {own})", result.Errors, StringComparison.Ordinal);
            Assert.Contains("lethe: the end could not be recorded: the ledger", result.Errors, StringComparison.Ordinal);
            Assert.Contains("lethe: the end could not be recorded: Could not find", result.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("lethe: certificate", result.Errors, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }

    private static void Signal(Process process, string name)
    {
        using Process kill = Process.Start("kill", ["-s", name, process.Id.ToString()]);
        kill.WaitForExit();
    }

    // proc(5): SigCgt, bit by bit from signal 1 on. .NET itself catches no SIGHUP.
    private static bool Catches(int process, int signal)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("SigCgt:", StringComparison.Ordinal));
        return (Convert.ToUInt64(line["SigCgt:".Length..].Trim(), 16) >> (signal - 1) & 1) != 0;
    }

    private static int Sleepers(string mark) =>
        Directory.GetDirectories("/proc").Count(directory => CommandLine(directory).EndsWith($"sleep\0{mark}\0", StringComparison.Ordinal));

    private static string CommandLine(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static void Await(Func<bool> condition, int pauseMs = 10)
    {
        long started = Environment.TickCount64;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 - started < 20_000, "it did not come to that");
            Thread.Sleep(pauseMs);
        }
    }
}
