using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Lethe.Tests.Cli;

/// <summary>A dry run changes nothing: every system call of it is looked at.</summary>
public sealed class DryRunTests : IDisposable
{
    private const string Nobody = "nobody";

    // All options of lethe run but --dry-run itself, --help, and --yes, which is only for devices. DIR is a directory of the test's.
    private static readonly string[] Cases =
    [
        "",
        "--strict",
        "--scrub",
        "--strict --scrub --read-only --cache keep --require-clean --quiet --record-command --no-certificate",
        "--memfd keep --memory-limit 64M",
        "--memfd deny --memory-limit none",
        "--memfd allow --cache drop",
        "--volatile /var/lib/lethe-dry --volatile DIR",
        "--scratch 8M",
        "--scratch 8M --scratch-on DIR",
        "--ledger DIR/ledger.sqlite --key DIR/key.pem --report DIR/end.json",
        "--scrub --without swap --without tmpfs --without page-cache",
    ];

    private readonly string directory = Directory.CreateTempSubdirectory("lethe-dry-").FullName;

    public static TheoryData<string> AllCases() => [.. Cases];

    private static bool IsRoot => Environment.UserName == "root";

    // Another user must be able to execute it, wherever this checkout lies.
    private string Program { get; }

    private string Place => Directory.CreateDirectory(Path.Combine(directory, "place")).FullName;

    public DryRunTests()
    {
        // Read and execute, for everybody.
        const UnixFileMode EverybodyReads = (UnixFileMode)0b_101_101_101;
        Program = Path.Combine(directory, "lethe");
        File.Copy(ShippedLethe.Path, Program);
        foreach (string path in new[] { directory, Program }) File.SetUnixFileMode(path, File.GetUnixFileMode(path) | EverybodyReads);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [MemberData(nameof(AllCases))]
    public void It_only_reads(string options) => AssertOnlyReads(user: null, options);

    [Theory]
    [InlineData("")]
    [InlineData("--strict --scrub --scratch 8M --scratch-on DIR --volatile DIR --read-only")]
    public void It_only_reads_for_another_user_than_root_as_well(string options)
    {
        Assert.SkipUnless(IsRoot, "whoever runs the tests is one already");
        AssertOnlyReads(Nobody, options);
    }

    [Fact]
    public void An_empty_device_is_only_read()
    {
        using LoopDevice device = LoopDevice.Make(directory, 16 << 20);
        SystemCallTrace trace = Trace(null, device.Path, ["--scratch", "8M", "--scratch-on", device.Path]);
        Assert.True(trace.ExitCode == 0, trace.Errors);
        Assert.Contains(trace.Calls, call => call.Name is "pread64" && call.Arguments.Contains(device.Path, StringComparison.Ordinal));
        Assert.True(device.Content.AsSpan().IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void One_byte_anywhere_on_a_device_makes_it_refused()
    {
        const int At = (16 << 20) - 1;
        using LoopDevice device = LoopDevice.Make(directory, 16 << 20);
        device.Write(At, [1]);
        SystemCallTrace trace = Trace(null, device.Path, ["--scratch", "8M", "--scratch-on", device.Path]);
        Assert.Equal((64, ""), (trace.ExitCode, trace.Output));
        string refusal = $"--scratch-on {device.Path} would destroy what is on it (of no kind that blkid knows)";
        Assert.Contains(refusal, trace.Errors, StringComparison.Ordinal);
        Assert.Equal(At, device.Content.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void What_is_known_of_a_device_is_named()
    {
        using LoopDevice device = LoopDevice.Make(directory, 16 << 20);
        Process.Start("mke2fs", ["-q", "-F", "-t", "ext4", "-L", "kept\u001b[31m", device.Path]).WaitForExit();
        byte[] before = device.Content;
        string[] options = ["--scratch", "8M", "--scratch-on", device.Path];
        SystemCallTrace refused = Trace(null, device.Path, options), planned = Trace(null, device.Path, [.. options, "--yes"]);
        Assert.Equal((64, ""), (refused.ExitCode, refused.Output));
        Assert.Matches(@"would destroy what is on it \(TYPE=ext4 LABEL=kept\S+ UUID=[0-9a-f-]{36}\)", refused.Errors);
        Assert.True(planned.ExitCode == 0, planned.Errors);
        // Where there is no dm-crypt the device is not used.
        if (File.Exists("/dev/mapper/control")) Assert.Matches($@"destroys: what is on {device.Path} \(TYPE=ext4 ", planned.Output);
        Assert.DoesNotContain("\u001b", refused.Errors + planned.Output, StringComparison.Ordinal);
        Assert.Equal(before, device.Content);
    }

    [Fact]
    public void A_run_that_is_not_dry_is_found_out()
    {
        // It gets no further than to the command, which strace follows already.
        SystemCallTrace trace = SystemCallTrace.Of(null, directory, Program, "run", "--", "true");
        string[] harmful = [.. Harmful(trace, null).Select(call => call.Name).Distinct()];
        Assert.Contains("mkdir", harmful);
        Assert.Contains("openat", harmful);
        if (IsRoot) Assert.Contains("fsopen", harmful);
    }

    [Fact]
    public void Every_option_is_tried()
    {
        string[] options = [.. OptionsOf("run").Except(["--dry-run", "--help", "--yes", "--version"])];
        Assert.Contains("--strict", options);
        HashSet<string> tried = [.. Cases.SelectMany(words => words.Split(' '))];
        Assert.Empty(options.Except(tried));
    }

    [Fact]
    public void Every_command_that_has_a_dry_run_is_tried()
    {
        string help = ShippedLethe.Run("--help").Output;
        string listed = help[help.IndexOf("Commands:", StringComparison.Ordinal)..];
        string[] commands = [.. Regex.Matches(listed, @"^  (\w+) ", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];
        Assert.Contains("audit", commands);
        Assert.Equal(["run"], commands.Where(command => OptionsOf(command).Contains("--dry-run")));
    }

    private static string[] OptionsOf(string command)
    {
        string help = ShippedLethe.Run(command, "--help").Output;
        return [.. Regex.Matches(help, @"(?<=^\s*(?:-\S, )*)--[a-z-]+", RegexOptions.Multiline).Select(match => match.Value).Distinct()];
    }

    private void AssertOnlyReads(string? user, string options)
    {
        string[] words = [.. options.Replace("DIR", Place, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        SystemCallTrace trace = Trace(user, null, words);
        Assert.True(trace.ExitCode == 0, trace.Errors);
        Assert.Contains("core dumps", trace.Output, StringComparison.Ordinal);
        // No ledger, no key, no report, and nothing for a moment that is gone again: that would be a call.
        IEnumerable<string> left = Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories);
        Assert.Equal(["lethe", "place"], left.Select(Path.GetFileName).Order());
    }

    private SystemCallTrace Trace(string? user, string? device, string[] options)
    {
        string[] words = ["run", "--dry-run", .. options, "--", "sh", "-c", "echo ran"];
        SystemCallTrace trace = SystemCallTrace.Of(user, directory, Program, words);
        Assert.Contains(trace.Calls, call => call.Name == "exit_group");
        string harmful = string.Join('\n', Harmful(trace, device));
        Assert.True(harmful.Length == 0, harmful);
        return trace;
    }

    private IEnumerable<TracedCall> Harmful(SystemCallTrace trace, string? device) =>
        // The first calls are strace's own, until it becomes lethe.
        trace.Calls.SkipWhile(call => call.Name != "execve").Where(call => !HarmlessCalls.Has(call, Program, device));
}
