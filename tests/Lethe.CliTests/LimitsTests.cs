namespace Lethe.Tests.Cli;

/// <summary>
/// Limits, variables and signals that are meant for the command: they stop lethe's own start in no case, and reach the command as they
/// were.
/// </summary>
public sealed class LimitsTests
{
    private const string Run = "run --no-certificate --quiet --";

    // Root may raise a hard limit by this capability, which the laboratory's sandboxes lack and a host has.
    private static string WithoutRaising => Environment.IsPrivilegedProcess ? "setpriv --bounding-set=-sys_resource" : "";

    [Theory]
    [InlineData("v", "100000")]
    [InlineData("f", "0")]
    [InlineData("f", "7")]
    [InlineData("n", "20")]
    [InlineData("t", "9")]
    public void A_soft_limit_is_the_commands_alone(string option, string limit)
    {
        var result = Shell.Run(
            $"ulimit -S -{option} {limit}; \"$LETHE\" {Run} sh -c 'ulimit -S -{option}; ulimit -H -{option}'; echo $?; ulimit -H -{option}"
        );
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([limit, lines[^1], "0", lines[^1]], lines);
    }

    [Fact]
    public void A_certificate_is_made_though_the_commands_files_may_not_grow()
    {
        var result = Shell.Run(
            "export LETHE_STATE=$(mktemp -d); ulimit -S -f 0; \"$LETHE\" run -- true; code=$?; rm -r $LETHE_STATE; exit $code"
        );
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("lethe: certificate ", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v", "400000", 0, "")]
    [InlineData("v", "300000", 78, "only 300000 KiB of addresses may be used here")]
    [InlineData("n", "64", 78, "only 64 files may be open here")]
    [InlineData("n", "8", 78, "only 8 files may be open here")]
    [InlineData("f", "0", 0, "")]
    public void A_hard_limit_that_cannot_be_raised_is_kept_or_named(string option, string limit, int exitCode, string message)
    {
        var result = Shell.Run($"ulimit -{option} {limit}; {WithoutRaising} \"$LETHE\" {Run} true");
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        if (message.Length > 0) Assert.Contains(message, result.Errors, StringComparison.Ordinal);
        else Assert.Empty(result.Errors);
    }

    [Fact]
    public void A_ledger_that_may_not_grow_is_an_error_of_one_line()
    {
        var result = Shell.Run(
            $"export LETHE_STATE=$(mktemp -d); ulimit -f 0; {WithoutRaising} \"$LETHE\" run -- true; code=$?; rm -r $LETHE_STATE; exit "
                + "$code"
        );
        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.StartsWith("lethe: ", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GCHeapHardLimit=1")]
    [InlineData("GCLargePages=1")]
    [InlineData("GCName=/no/such.so")]
    [InlineData("Thread_DefaultStackSize=1")]
    [InlineData("gcServer=1")]
    public void Settings_of_the_runtime_are_the_commands_alone(string setting)
    {
        var result = Shell.Run(
            $"export DOTNET_{setting}; \"$LETHE\" {Run} sh -c 'env | grep -x DOTNET_{setting}; env | grep -c -E "
                + "\"^LETHE_(STARTED_WITH|HEAP)=\"'"
        );
        Assert.Equal($"DOTNET_{setting}\n0\n", result.Output);
    }

    [Theory]
    [InlineData("true", "0000000000000000")]
    [InlineData("trap \"\" PIPE", "0000000000001000")]
    [InlineData("trap \"\" XFSZ", "0000000001000000")]
    [InlineData("trap \"\" PIPE XFSZ", "0000000001001000")]
    public void Ignored_signals_are_those_of_whoever_started_lethe(string before, string ignored)
    {
        const ulong Both = 1UL << 12 | 1UL << 24;
        // This test's own process ignores SIGPIPE, as all of .NET do, and no shell can undo that.
        string line = Shell.Run($"env --default-signal=PIPE sh -c '{before}; \"$LETHE\" {Run} grep ^SigIgn: /proc/self/status'").Output;
        Assert.Equal(Convert.ToUInt64(ignored, 16), Convert.ToUInt64(line.Split('\t')[1].Trim(), 16) & Both);
    }
}
