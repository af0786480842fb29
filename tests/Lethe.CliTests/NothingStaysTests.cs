namespace Lethe.Tests.Cli;

/// <summary>By themselves: control groups of other tests' runs come and go.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Whatever way lethe ends, it leaves nothing of its own in places that others use.</summary>
[Collection(nameof(Alone))]
public sealed class NothingStaysTests
{
    [Theory]
    [InlineData("\"$LETHE\" --version")]
    [InlineData("\"$LETHE\" frobnicate")]
    [InlineData("\"$LETHE\" run --no-certificate -- true")]
    [InlineData("\"$LETHE\" run --no-certificate --strict --volatile /var/tmp -- sh -c 'echo x >/tmp/a; echo x >/dev/shm/b; exit 5'")]
    [InlineData("\"$LETHE\" run --no-certificate -- /no/such/command")]
    [InlineData("\"$LETHE\" run --no-certificate -- sh -c 'kill -KILL $$'")]
    [InlineData("\"$LETHE\" run --no-certificate -- sh -c 'kill -TERM $PPID; sleep 9'")]
    [InlineData("\"$LETHE\" run --no-certificate -- sh -c 'kill -KILL $PPID; sleep 9'")]
    [InlineData("\"$LETHE\" run --dry-run -- true")]
    [InlineData("ulimit -n 40; \"$LETHE\" run --no-certificate -- true")]
    [InlineData("\"$LETHE\" run -- sh -c 'exit 3'; \"$LETHE\" certificate list; \"$LETHE\" certificate verify")]
    [InlineData("\"$LETHE\" scan \"$LETHE\" --text nothing-of-this-kind")]
    [InlineData("\"$LETHE\" scan pid:$$ --secrets")]
    [InlineData("\"$LETHE\" audit")]
    [InlineData("\"$LETHE\" audit collect | \"$LETHE\" audit -")]
    [InlineData("LETHE_BASELINE=1 \"$LETHE\" run --no-certificate -- true")]
    public void What_others_use_is_as_it_was(string command)
    {
        // Who is killed can remove nothing: what stays are directories that are empty.
        string find = command.Contains("-KILL $PPID", StringComparison.Ordinal)
            ? "find /tmp /run /dev/shm -mindepth 1 ! -type d"
            : "find /tmp /run /dev/shm -mindepth 1; find /sys/fs/cgroup -type d -name 'lethe-*' -newer $LETHE_STATE";
        // The run happens in a mount namespace and below a /tmp, /run and /dev/shm that nobody else uses meanwhile.
        string inside = $$"""
            for place in /tmp /run /dev/shm; do mount -t tmpfs none $place; done
            export LETHE_STATE=$(mktemp -d -p /var/tmp)
            look() {
                {{find}}
                cut -d ' ' -f 5- /proc/self/mountinfo
                ls /proc/self/fd
                for process in $(pgrep -f "$LETHE"); do
                    if [ /proc/$process/ns/mnt -ef /proc/self/ns/mnt ] && [ /proc/$process/exe -ef "$LETHE" ]; then echo $process; fi
                done
            }
            before=/var/tmp/before.$$ after=/var/tmp/after.$$
            look >$before
            { ( {{command}} ); } >/dev/null 2>&1
            for attempt in $(seq 50); do
                look >$after
                if cmp -s $before $after; then break; fi
                sleep 0.1
            done
            diff $before $after
            rm -r $LETHE_STATE $before $after
            """;
        string file = Path.GetTempFileName();
        File.WriteAllText(file, inside);
        try
        {
            var result = Shell.Run(
                $"cp {file} /var/tmp/stays.$$ && unshare --mount --propagation private sh /var/tmp/stays.$$; rm -f /var/tmp/stays.$$"
            );
            // The shell says so when what it started was killed.
            Assert.Equal(("", ""), (result.Output, result.Errors.Replace("Killed\n", "", StringComparison.Ordinal)));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
