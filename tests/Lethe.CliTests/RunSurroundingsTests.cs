namespace Lethe.Tests.Cli;

/// <summary>A run under surroundings that programs do not often meet, made by a shell around lethe.</summary>
public sealed class RunSurroundingsTests
{
    private const string Run = "run --no-certificate --quiet --";

    [Theory]
    [InlineData("<&-", "0")]
    [InlineData(">&-", "1")]
    [InlineData("2>&-", "2")]
    [InlineData("<&- >&- 2>&-", "0 1 2")]
    public void What_was_closed_is_closed_for_the_command(string redirection, string closed)
    {
        string inside = "for n in 0 1 2; do [ -e /proc/$$/fd/$n ] || echo $n >&9; done";
        var result = Shell.Run($"exec 9>&1; \"$LETHE\" {Run} sh -c '{inside}; exit 3' {redirection}");
        Assert.Equal((3, closed), (result.ExitCode, string.Join(' ', result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    public void Messages_that_nobody_can_read_do_not_hide_the_exit_code(string redirection)
    {
        Assert.Equal(3, Shell.Run($"cd /tmp; \"$LETHE\" run --no-certificate -- sh -c 'exit 3' {redirection}").ExitCode);
        Assert.Equal(64, Shell.Run($"\"$LETHE\" run no-command {redirection}").ExitCode);
    }

    [Fact]
    public void As_many_arguments_as_the_kernel_takes_reach_the_command() =>
        Assert.Equal("110000", Shell.Run($"\"$LETHE\" {Run} sh -c 'echo $#' sh $(seq 110000)").Output.Trim());

    [Fact]
    public void The_runtime_directory_of_the_session_is_there_and_empty() =>
        Assert.Equal(
            "700\n",
            Shell.Run($"XDG_RUNTIME_DIR=/run/user/4711 \"$LETHE\" {Run} sh -c 'stat -c %a $XDG_RUNTIME_DIR; ls -A $XDG_RUNTIME_DIR'").Output
        );

    [Fact]
    public void A_current_directory_that_is_gone_does_not_matter() =>
        Assert.Equal(5, Shell.Run($"cd \"$(mktemp -d)\" && rmdir \"$PWD\" && \"$LETHE\" {Run} sh -c 'exit 5'").ExitCode);

    [Fact]
    public void A_terminal_is_left_as_it_is()
    {
        var result = Shell.Run($"TERM=xterm script -qec '\"$LETHE\" run --no-certificate -- stty -a' /dev/null");
        Assert.Contains("speed ", result.Output, StringComparison.Ordinal);
        Assert.Contains("lethe: ended (exit 0)", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Output);
    }

    [Fact]
    public void A_missing_interpreter_is_named()
    {
        var result = Shell.Run(
            $"f=$(mktemp -p /var/tmp); printf '#! /no/such/interpreter -x\\n' >$f; chmod +x $f; \"$LETHE\" {Run} $f; code=$?; rm $f; exit "
                + "$code"
        );
        Assert.Equal(126, result.ExitCode);
        Assert.Contains("its interpreter /no/such/interpreter is not there", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_32_bit_program_is_refused_when_strict_cannot_follow_it()
    {
        var result = Shell.Run(
            "f=$(mktemp -p /var/tmp); printf '\\177ELF\\001rest' >$f; chmod +x $f; \"$LETHE\" run --no-certificate --strict -- $f; "
                + "code=$?; rm $f; exit $code"
        );
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("is a 32-bit program", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setuid_program_that_stays_without_its_owners_rights_is_named()
    {
        // Root would change nothing about it; anybody else may not gain privileges under a filter.
        string user = Environment.IsPrivilegedProcess ? "setpriv --reuid 65534 --regid 65534 --clear-groups" : "";
        Assert.Contains(
            "su does not get its owner's rights here",
            Shell.Run($"cd /; {user} \"$LETHE\" {Run} su --version").Errors,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_was_stopped_goes_on_in_the_background()
    {
        string counted = Path.GetTempFileName(), script = Path.Combine(SourceTree.Root, "tests/Lethe.CliTests/Programs/job-control.sh");
        var result = Shell.Run($"script -qec 'bash {script} {counted}' /dev/null");
        File.Delete(counted);
        Assert.Contains("went on", result.Output, StringComparison.Ordinal);
    }
}
