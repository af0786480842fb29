using System.Text;
using Lethe.Linux;

namespace Lethe.Lab.Guest;

/// <summary>
/// A <c>lethe scan</c> in the guest that can be up before what it is to look at happens, as a program that starts takes thousands of free
/// pages, and with them residue. Among its sources are pipes with a name, at which it waits to be told to go on.
/// </summary>
internal sealed class GuestScan : IDisposable
{
    /// <summary>Stands for such a pipe among the sources.</summary>
    public const string Wait = "{wait}";

    private const string Output = "/run/scan-says";

    private readonly ChildProcess process;
    private readonly Queue<string> pipes;
    private Descriptor? held;

    private GuestScan(ChildProcess process, Queue<string> pipes) => (this.process, this.pipes) = (process, pipes);

    /// <summary>Starts one.</summary>
    /// <param name="words">What follows <c>lethe scan --json</c>.</param>
    public static GuestScan Start(string words)
    {
        // A pipe for each: the same one, opened again before it has been read to its end, would only be held open.
        var pipes = new Queue<string>();
        string[] arguments = [.. words.Split(' ').Select(word => word == Wait ? NewPipe(pipes) : word)];
        using Descriptor nothing = Descriptor.Open("/dev/null", FileCalls.O_RDWR),
            console = Descriptor.Open("/dev/console", FileCalls.O_RDWR | FileCalls.O_NOCTTY);
        using Descriptor output = Descriptor.Open(Output, FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_TRUNC);
        return new GuestScan(
            ChildProcess.Start(GuestPaths.Program, ["scan", "--json", .. arguments], [nothing, output, console], dieWithParent: false),
            pipes
        );
    }

    /// <summary>Lets it go on to where it waits next, or to its end.</summary>
    /// <returns>Null when it waits, else its exit code and what it printed.</returns>
    public string? GoOn()
    {
        if (held is not null)
        {
            held.WriteAll("."u8);
            held.Dispose();
            held = null;
        }

        // wait(2): WEXITSTATUS.
        if (!pipes.TryDequeue(out string? pipe)) return $"{process.WaitForExit() >> 8} {File.ReadAllText(Output, Encoding.Latin1)}";
        // Returns when it opens the pipe, too. Nothing is done meanwhile, as the keeper's own garbage would overwrite residue.
        held = Descriptor.Open(pipe, FileCalls.O_WRONLY);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        held?.Dispose();
        process.Dispose();
    }

    private static string NewPipe(Queue<string> pipes)
    {
        string pipe = $"/run/scan-waits-{pipes.Count + 1}";
        if (!File.Exists(pipe)) Command.Run("/bin/busybox", "mkfifo", pipe);
        pipes.Enqueue(pipe);
        return pipe;
    }
}
