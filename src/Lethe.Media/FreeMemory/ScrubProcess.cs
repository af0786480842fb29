using System.Diagnostics;
using System.Globalization;
using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// A scrub in a process of its own, which the kernel kills first when it needs memory (oom_score_adj 1000). Its end frees what it
/// holds, in any case, and the process that waits for the result survives.
/// </summary>
internal static class ScrubProcess
{
    /// <summary>The argument that makes the lethe program run as this process.</summary>
    public const string Verb = "scrub-free-memory";

    /// <summary>
    /// Runs a scrub in a process of its own and waits for it. If the kernel killed that process for its memory, the scrub is started once
    /// more, as that memory is free again.
    /// </summary>
    /// <param name="program">Path of the lethe program.</param>
    /// <param name="most">The most to hold at once, in bytes.</param>
    /// <param name="recipe">The order of the steps.</param>
    /// <param name="cancel">Ends the scrub early.</param>
    /// <exception cref="LinuxException">The process cannot be started.</exception>
    public static ScrubResult Run(
        string program,
        long most = long.MaxValue,
        string recipe = FreeMemoryScrub.Recipe,
        CancellationToken cancel = default
    )
    {
        var clock = Stopwatch.StartNew();
        ScrubResult? done = Once(program, most, recipe, cancel)
            ?? (cancel.IsCancellationRequested ? null : Once(program, most, recipe, cancel));
        return done
            ?? new ScrubResult(
                ScrubEnd.ProcessEnded,
                0,
                0,
                clock.ElapsedMilliseconds,
                [],
                ["the scrub's process ended before it was done"]
            );
    }

    // Null when the process ended without a result.
    private static ScrubResult? Once(string program, long most, string recipe, CancellationToken cancel)
    {
        (Descriptor lifelineOut, Descriptor lifelineIn) = Descriptor.Pipe();
        using Descriptor lifeline = lifelineIn;
        (Descriptor resultOut, Descriptor resultIn) = Descriptor.Pipe();
        using Descriptor result = resultOut;
        using Descriptor errors = Descriptor.Open("/dev/null", FileCalls.O_RDWR);
        ChildProcess child;
        using (lifelineOut)
        using (resultIn)
            child = ChildProcess.Start(
                program,
                [Verb, most.ToString(CultureInfo.InvariantCulture), recipe],
                [lifelineOut, resultIn, errors],
                dieWithParent: false
            );
        using (child)
        using (cancel.Register(lifeline.Dispose))
        {
            string line = result.ReadUntil((byte)'\n');
            child.WaitForExit();
            return ScrubResult.Parse(line);
        }
    }

    /// <summary>
    /// What that process does: scrubs, writes its result to standard output, and ends early when standard input is closed.
    /// </summary>
    /// <param name="arguments">What follows the verb.</param>
    /// <returns>The exit code.</returns>
    public static int Serve(IReadOnlyList<string> arguments)
    {
        // Documentation/filesystems/proc.rst, 3.1: every process may raise its own score.
        File.WriteAllText("/proc/self/oom_score_adj", "1000");
        using var cancel = new CancellationTokenSource();
        // The process that waits for the result has the other end. When that process ends, for any reason, the pipe closes.
        new Thread(() =>
        {
            using var lifeline = new Descriptor(0);
            lifeline.ReadUntil(0);
            cancel.Cancel();
        })
        { IsBackground = true, Name = "lifeline" }.Start();
        ScrubResult done = FreeMemoryScrub.Run(long.Parse(arguments[0], CultureInfo.InvariantCulture), arguments[1], cancel.Token);
        using var output = new Descriptor(1);
        output.WriteAll(System.Text.Encoding.UTF8.GetBytes(done.ToLine() + "\n"));
        return 0;
    }
}
