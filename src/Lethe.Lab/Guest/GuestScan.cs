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

    private const string Pipe = "/run/scan-waits", Output = "/run/scan-says";

    private readonly ChildProcess process;
    private Descriptor? held;
    private int waits;

    private GuestScan(ChildProcess process, int waits) => (this.process, this.waits) = (process, waits);

    /// <summary>Starts one.</summary>
    /// <param name="words">What follows <c>lethe scan --json</c>.</param>
    public static GuestScan Start(string words)
    {
        if (!File.Exists(Pipe)) Command.Run("/bin/busybox", "mkfifo", Pipe);
        using Descriptor nothing = Descriptor.Open("/dev/null", FileCalls.O_RDWR), console = Descriptor.Open("/dev/console", FileCalls.O_RDWR | FileCalls.O_NOCTTY);
        using Descriptor output = Descriptor.Open(Output, FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_TRUNC);
        return new GuestScan(ChildProcess.Start(GuestPaths.Program, ["scan", "--json", .. words.Replace(Wait, Pipe, StringComparison.Ordinal).Split(' ')], [nothing, output, console], dieWithParent: false), words.Split(Wait).Length - 1);
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
            // Until it has read to the end, opening the pipe again would only keep it there.
            Thread.Sleep(TimeSpan.FromSeconds(1));
        }

        // wait(2): WEXITSTATUS.
        if (waits-- == 0) return $"{process.WaitForExit() >> 8} {File.ReadAllText(Output, Encoding.Latin1)}";
        // Returns when it opens the pipe, too. Nothing is done meanwhile, as the keeper's own garbage would overwrite residue.
        held = Descriptor.Open(Pipe, FileCalls.O_WRONLY);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        held?.Dispose();
        process.Dispose();
    }
}
