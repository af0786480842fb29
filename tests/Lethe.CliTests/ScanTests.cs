using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Lethe.Tests.Cli;

/// <summary><c>lethe scan</c>, as a user calls it.</summary>
public sealed class ScanTests : IDisposable
{
    private const string Secret = "correct horse battery staple";
    private readonly string directory = Directory.CreateTempSubdirectory("lethe-scan-").FullName;

    [Fact]
    public void What_is_there_is_found_and_not_shown_unless_asked_for()
    {
        string file = Make("notes.txt", $"... ghp_{Secret} ...");
        var found = ShippedLethe.Run("scan", directory, "--regex", "horse.battery");
        Assert.Equal(2, found.ExitCode);
        Assert.Contains("notes.txt:16", found.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("horse battery", found.Output, StringComparison.Ordinal);
        Assert.Contains(
            "horse battery",
            ShippedLethe.Run("scan", file, "--regex", "horse.battery", "--show").Output,
            StringComparison.Ordinal
        );
        Assert.Equal(0, ShippedLethe.Run("scan", file, "--regex", "horse.battery", "--exit-zero").ExitCode);
    }

    [Fact]
    public void Where_nothing_is_there_it_is_clean()
    {
        string file = Make("notes.txt", "nothing of interest");
        var result = ShippedLethe.Run("scan", file, "--text", Secret, "--secrets");
        Assert.Equal((0, true), (result.ExitCode, result.Output.StartsWith("nothing found", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_hole_is_known_to_hold_nothing_and_an_empty_file_says_nothing()
    {
        string sparse = Path.Combine(directory, "sparse"), empty = Make("empty", "");
        using (FileStream file = File.Create(sparse)) file.SetLength(1L << 40);
        Assert.Equal(0, ShippedLethe.Run("scan", sparse, "--text", Secret).ExitCode);
        Assert.Equal(3, ShippedLethe.Run("scan", empty, "--text", Secret).ExitCode);
    }

    [Fact]
    public void A_source_that_cannot_be_read_keeps_nobody_from_reading_the_others_and_nothing_is_clean_then()
    {
        string file = Make("a.raw", Secret), empty = Make("b.raw", "nothing");
        string missing = Path.Combine(directory, "missing");
        Assert.Equal(2, ShippedLethe.Run("scan", missing, file, "--text", Secret).ExitCode);
        var undecided = ShippedLethe.Run("scan", missing, empty, "--text", Secret);
        Assert.Equal(3, undecided.ExitCode);
        Assert.Contains("missing", undecided.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void How_much_of_a_file_survives_is_told()
    {
        byte[] content = new byte[1 << 20];
        new Random(7).NextBytes(content);
        string canary = Path.Combine(directory, "canary"), image = Path.Combine(directory, "image");
        File.WriteAllBytes(canary, content);
        // Half of it, at an odd place, and another copy of a piece.
        File.WriteAllBytes(image, [.. new byte[4099], .. content[..(512 << 10)], .. new byte[77], .. content[1000..2000]]);
        var result = ShippedLethe.Run("scan", image, "--residue-of", canary, "--canary", canary, "--json");
        using JsonDocument report = JsonDocument.Parse(result.Output);
        foreach (JsonElement pattern in report.RootElement.GetProperty("patterns").EnumerateArray())
        {
            Assert.Equal(512 << 10, pattern.GetProperty("coveredBytes").GetInt64());
            Assert.Equal((512 << 10) + 1000, pattern.GetProperty("bytes").GetInt64());
        }

        JsonElement first = report.RootElement.GetProperty("hits").EnumerateArray().First();
        Assert.Equal((4099, false), (first.GetProperty("offset").GetInt64(), first.GetProperty("whole").GetBoolean()));
    }

    [Fact]
    public void Standard_input_can_be_searched()
    {
        var start = new ProcessStartInfo(ShippedLethe.Path, ["scan", "-", "--text", Secret])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process scan = Process.Start(start)!;
        scan.StandardInput.BaseStream.Write(Encoding.ASCII.GetBytes(new string('x', 100_000) + Secret));
        scan.StandardInput.Close();
        Assert.Contains("100000", scan.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        scan.WaitForExit();
        Assert.Equal(2, scan.ExitCode);
    }

    [Fact]
    public void Two_scans_are_compared()
    {
        string image = Make("image", Secret),
            before = Path.Combine(directory, "before.json"),
            after = Path.Combine(directory, "after.json");
        ShippedLethe.Run("scan", image, "--text", Secret, "--report", before);
        File.WriteAllText(image, "overwritten with something else");
        ShippedLethe.Run("scan", image, "--text", Secret, "--report", after);
        var result = ShippedLethe.Run("scan", "--compare", before, after);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("went", result.Output, StringComparison.Ordinal);
        Assert.Equal(2, ShippedLethe.Run("scan", "--compare", after, before).ExitCode);
    }

    [Fact]
    public void A_living_process_is_searched_and_its_pages_are_told()
    {
        var start = new ProcessStartInfo(
            "python3",
            ["-c", "import sys; secret = bytes.fromhex(sys.stdin.readline()); print(flush=True); sys.stdin.read()"]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process holder = Process.Start(start)!;
        try
        {
            string digits = Convert.ToHexString(Encoding.ASCII.GetBytes(Secret));
            holder.StandardInput.WriteLine(digits);
            holder.StandardOutput.ReadLine();
            string report = Path.Combine(directory, "report.json");
            var found = ShippedLethe.Run("scan", $"pid:{holder.Id}", "--hex", digits, "--report", report);
            Assert.Equal(2, found.ExitCode);
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(report));
            Assert.Equal("pid", json.RootElement.GetProperty("sources")[0].GetProperty("form").GetString());
            if (!Environment.IsPrivilegedProcess) return;
            Assert.Contains(json.RootElement.GetProperty("hits").EnumerateArray(), hit =>
                hit.GetProperty("pageState").GetString() == "anonymous"
                && hit.GetProperty("owner").GetString() == $"process {holder.Id} (python3)"
                && hit.GetProperty("offset").GetInt64() > 1 << 20
            );
        }
        finally
        {
            holder.Kill();
            holder.WaitForExit();
        }
    }

    [Theory]
    [InlineData("pid:2147483647", "there is no such process")]
    [InlineData("pid:1x", "not the number of a process")]
    [InlineData("cgroup:/there/is/none", "there is no such control group")]
    [InlineData("kcore:/there/is/none", "No such file")]
    [InlineData("qmp:/there/is/none", "there is no such socket")]
    public void What_does_not_live_is_named(string source, string message)
    {
        var result = ShippedLethe.Run("scan", source, "--text", Secret);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_root_may_read_is_refused_to_others()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/usr/bin/setpriv"), "as root it becomes somebody else");
        var start = new ProcessStartInfo(
            "setpriv",
            ["--reuid", "65534", "--regid", "65534", "--clear-groups", ShippedLethe.Path, "scan", "pid:1", "--text", Secret]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process scan = Process.Start(start)!;
        Assert.Contains("run it as root", scan.StandardError.ReadToEnd(), StringComparison.Ordinal);
        scan.WaitForExit();
        Assert.Equal(77, scan.ExitCode);
    }

    [Theory]
    [InlineData(64, "nothing is looked for")]
    [InlineData(64, "--hex", "hex", "xyz")]
    [InlineData(64, "regular expression", "regex", "(")]
    [InlineData(64, "cannot be read", "canary", "/nonexistent")]
    [InlineData(64, "this form is unknown", "text", "x", "report", "/tmp/x.pdf")]
    [InlineData(64, "there is no picture", "text", "x", "report", "/tmp/lethe-x.png")]
    [InlineData(64, "--jobs 0", "text", "x", "jobs", "0")]
    public void A_wrong_command_line_is_named(int code, string message, params string[] options)
    {
        string file = Make("a", "abc");
        var result = ShippedLethe.Run([.. new[] { "scan", file }, .. options.Select((word, index) => index % 2 == 0 ? "--" + word : word)]);
        Assert.Equal(code, result.ExitCode);
        Assert.Contains(message.TrimStart('-').Split(' ')[0], result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Users_rules_are_found_and_wrong_ones_are_named_by_line()
    {
        string file = Make("a", "token lethe-demo-0123456789abcdef end"),
            rules = Make("rules.yaml", "- id: demo\n  anchor: lethe-demo-\n  regex: lethe-demo-[0-9a-f]{16}\n");
        Assert.Contains("rule demo", ShippedLethe.Run("scan", file, "--rules", rules).Output, StringComparison.Ordinal);
        string wrong = Make("wrong.yaml", "- id: demo\n  anchor: [\n");
        var result = ShippedLethe.Run("scan", file, "--rules", wrong);
        Assert.Equal(78, result.ExitCode);
        Assert.Contains("wrong.yaml:", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_from_outside_are_escaped()
    {
        Make("a\u001b[31mb", Secret);
        var result = ShippedLethe.Run("scan", directory, "--text", Secret);
        Assert.Equal(2, result.ExitCode);
        Assert.DoesNotContain('\u001b', result.Output + result.Errors);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private string Make(string name, string content)
    {
        string path = Path.Combine(directory, name);
        File.WriteAllText(path, content);
        return path;
    }
}
