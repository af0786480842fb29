using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// A process that outlives lethe: when lethe ends before it has done its work, whatever ended it, the kernel kills the
/// workload (PTRACE_O_EXITKILL), whose memory is then freed unwiped, and this process scrubs it.
/// </summary>
internal sealed class ScrubAfterDeath : IDisposable
{
    /// <summary>The argument that makes the lethe program this process.</summary>
    public const string Verb = "scrub-after-death";

    // The kernel kills the workload at once, but its processes need a moment to go.
    private const int WorkloadGoneMs = 500;
    private const byte Done = (byte)'d';
    private readonly Descriptor lifeline;
    private readonly ChildProcess process;

    /// <summary>Starts it.</summary>
    /// <exception cref="LinuxException">It cannot be started.</exception>
    public ScrubAfterDeath(string program)
    {
        (Descriptor end, lifeline) = Descriptor.Pipe();
        using (end)
        using (Descriptor nothing = Descriptor.Open("/dev/null", FileCalls.O_RDWR))
            process = ChildProcess.Start(program, [Verb], [end, nothing, nothing], dieWithParent: false);
    }

    /// <summary>What that process does.</summary>
    public static int Serve()
    {
        // So that what ends lethe's process group, such as Ctrl-C, does not end this one.
        ProcessCalls.BeginSession();
        using var end = new Descriptor(0);
        if (end.ReadUntil(Done).EndsWith((char)Done)) return 0;
        Thread.Sleep(WorkloadGoneMs);
        FreeMemoryScrub.Run();
        return 0;
    }

    /// <summary>Lethe has done its work itself.</summary>
    public void Dispose()
    {
        try
        {
            lifeline.WriteAll([Done]);
        }
        catch (LinuxException)
        {
            // It is gone already, and nothing is left for it to do.
        }

        process.WaitForExit();
        lifeline.Dispose();
    }
}
