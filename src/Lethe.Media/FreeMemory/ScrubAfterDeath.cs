using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// A process that outlives lethe. If lethe ends before its work is done, for any reason, the kernel kills the workload
/// (PTRACE_O_EXITKILL) and frees its memory unwiped. Then this process scrubs free memory.
/// </summary>
internal sealed class ScrubAfterDeath : IDisposable
{
    /// <summary>The argument that makes the lethe program run as this process.</summary>
    public const string Verb = "scrub-after-death";

    // The kernel kills the workload at once, but its processes need a moment to end.
    private const int WorkloadGoneMs = 500;
    private const byte Done = (byte)'d';
    private readonly Descriptor lifeline;
    private readonly ChildProcess process;

    /// <exception cref="LinuxException">The process cannot be started.</exception>
    public ScrubAfterDeath(string program)
    {
        (Descriptor end, lifeline) = Descriptor.Pipe();
        using (end)
        using (Descriptor nothing = Descriptor.Open("/dev/null", FileCalls.O_RDWR))
            process = ChildProcess.Start(program, [Verb], [end, nothing, nothing], dieWithParent: false);
    }

    /// <summary>What that process does. Returns its exit code.</summary>
    public static int Serve()
    {
        // In a session of its own, this process survives what ends lethe's process group, such as Ctrl-C.
        ProcessCalls.BeginSession();
        using var end = new Descriptor(0);
        if (end.ReadUntil(Done).EndsWith((char)Done)) return 0;
        Thread.Sleep(WorkloadGoneMs);
        FreeMemoryScrub.Run();
        return 0;
    }

    /// <summary>Ends the process without a scrub, as lethe has done its work itself.</summary>
    public void Dispose()
    {
        try
        {
            lifeline.WriteAll([Done]);
        }
        catch (LinuxException)
        {
            // The process is gone already, and has nothing left to do.
        }

        process.WaitForExit();
        lifeline.Dispose();
    }
}
