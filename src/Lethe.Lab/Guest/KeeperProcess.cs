using Lethe.Evidence;
using Lethe.Facts;
using Lethe.Facts.Collecting;
using Lethe.Lab.Protocol;
using Lethe.Linux;
using Lethe.Linux.Text;
using Lethe.Media;
using Lethe.Media.FreeMemory;
using Lethe.Media.Matrix;
using Lethe.Media.Routes;

namespace Lethe.Lab.Guest;

/// <summary>
/// The guest's first process. It starts the workload, then serves the laboratory on standard input and output, which
/// are the guest's second serial port.
/// </summary>
internal sealed class KeeperProcess : IKeeper
{
    // WCOREFLAG of wait(2).
    private const int CoreDumped = 0x80;
    private const string WorkloadNumber = "{workload}", WorkloadSource = "pid:" + WorkloadNumber;

    // The workload, or the lethe run that it runs under.
    private readonly ChildProcess process;
    private readonly bool underLethe;
    private readonly StreamWriter toWorkload;
    private readonly StreamReader fromWorkload;
    private Route? route;
    private TimeSpan longestWait = GuestMessage.LongestEnd;
    private GuestScan? scan;

    private KeeperProcess(ChildProcess process, bool underLethe, StreamWriter toWorkload, StreamReader fromWorkload)
    {
        this.process = process;
        this.underLethe = underLethe;
        this.toWorkload = toWorkload;
        this.fromWorkload = fromWorkload;
    }

    /// <inheritdoc/>
    public int Workload { get; private init; }

    /// <inheritdoc/>
    public long Bytes { get; private set; }

    /// <summary>Serves until the laboratory hangs up.</summary>
    public static int Run()
    {
        using var input = PlainStandardStreams.Input();
        using var output = PlainStandardStreams.Output();
        KeeperProcess keeper = StartWorkload();
        string release = KernelRelease.OfThisMachine();
        output.WriteLine(new GuestState(release, BootLog.EffectiveStateIn(KernelLog.ReadAll())).ToMessage());
        while (input.ReadLine() is { } line)
        {
            GuestMessage message = GuestMessage.Parse(line);
            output.WriteLine(Answer.To(() => keeper.Serve(message)));
        }

        return 0;
    }

    /// <inheritdoc/>
    public void LetWorkloadExit()
    {
        toWorkload.WriteLine(new GuestMessage(GuestMessage.Exit));
        AwaitWorkloadEnd();
    }

    /// <inheritdoc/>
    public void KillWorkload()
    {
        ChildProcess.Signal(Workload, ProcessCalls.SIGKILL);
        AwaitWorkloadKill();
    }

    /// <inheritdoc/>
    public void CrashWorkload()
    {
        ChildProcess.Signal(Workload, ProcessCalls.SIGSYS);
        AwaitWorkloadEnd(ProcessCalls.SIGSYS, coreDumped: true);
    }

    /// <inheritdoc/>
    public void AwaitWorkloadKill() => AwaitWorkloadEnd(ProcessCalls.SIGKILL);

    /// <inheritdoc/>
    public void AwaitWorkloadProgram(string name) =>
        Await(() => VanishingFiles.TryReadText($"/proc/{Workload}/comm")?.Trim() == name, $"the workload did not become {name}");

    /// <summary>
    /// The route is only what it says if the workload ended in just this way. Under lethe run the end is the end of lethe run.
    /// </summary>
    private void AwaitWorkloadEnd(int signal = 0, bool coreDumped = false)
    {
        Await(() => process.Poll() is not null, "the workload did not end");
        int status = process.Poll()!.Value;
        if (underLethe)
        {
            // wait(2): WEXITSTATUS. When lethe run itself says that its end was not clean, the look shall say so, too.
            int expected = signal == 0 ? 0 : 128 + signal, code = status >> 8 & 0xff;
            if ((status & 0x7f) != 0 || (code != expected && code is not (ExitCode.Residue or ExitCode.Inconclusive)))
                throw new VoidRunException($"lethe run ended with wait status 0x{status:x} instead of exit code {expected}");
        }
        else if (status != (signal | (coreDumped ? CoreDumped : 0)))
        {
            throw new VoidRunException(
                $"the workload ended with wait status 0x{status:x} instead of 0x{signal | (coreDumped ? CoreDumped : 0):x}"
            );
        }
    }

    private static KeeperProcess StartWorkload()
    {
        string? runOptions = ProtectionOrder.OptionsOfGuest();
        if (runOptions is not null) PrepareForRun();
        (Descriptor commandsOut, Descriptor commandsIn) = Descriptor.Pipe();
        (Descriptor answersOut, Descriptor answersIn) = Descriptor.Pipe();
        using Descriptor console = Descriptor.Open("/dev/console", FileCalls.O_RDWR | FileCalls.O_NOCTTY);
        using (commandsOut)
        using (answersIn)
        {
            var process = ChildProcess.Start(
                GuestPaths.Program,
                ProtectionOrder.Arguments(runOptions),
                [commandsOut, answersIn, console],
                dieWithParent: false
            );
            var writer = new StreamWriter(Open(commandsIn, FileAccess.Write)) { AutoFlush = true };
            var reader = new StreamReader(Open(answersOut, FileAccess.Read));
            GuestMessage first = Read(reader, process);
            return first.Kind == GuestMessage.Ready && int.TryParse(first.Text, out int workload)
                ? new KeeperProcess(process, runOptions is not null, writer, reader) { Workload = workload }
                : throw new IOException($"the workload said '{first}'");
        }
    }

    /// <summary>What lethe run finds on any host, but not in this bare guest: the directories and the modules.</summary>
    private static void PrepareForRun()
    {
        foreach (string directory in Catalog.VolatileDirectories) Directory.CreateDirectory(directory);
        foreach (string module in RunScratch.Modules)
        {
            try
            {
                Load(module);
            }
            catch (UnsupportedException)
            {
                // Then lethe run says what it does without.
            }
        }
    }

    private static FileStream Open(Descriptor descriptor, FileAccess access)
    {
        var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor.Number, ownsHandle: true);
        descriptor.SetHandleAsInvalid();
        return new FileStream(handle, access, bufferSize: 0);
    }

    private GuestMessage Serve(GuestMessage message)
    {
        switch (message.Kind)
        {
            case GuestMessage.Plant when PlantOrder.Parse(message.Text) is { } order && Catalog.Find(order.Route, underLethe) is { } entry:
                return Plant(message, order, entry.Route);
            case GuestMessage.End when route is not null:
                longestWait = message.EndLimit();
                return End(route);
            case GuestMessage.Hibernate:
                // Documentation/power/swsusp.rst. The second write comes back in the resumed kernel.
                File.WriteAllText("/sys/power/disk", "shutdown");
                File.WriteAllText("/sys/power/state", "disk");
                return new GuestMessage(GuestMessage.Resumed);
            case GuestMessage.Copy when message.Text.Split(' ') is [var file, var device]:
                return new GuestMessage(GuestMessage.Copied, CopyTo(WithWorkload(file), device).ToString());
            case GuestMessage.Scan:
                scan?.Dispose();
                // What is scanned by itself stands still from now on, so that what changes in it is the scan's doing.
                if (message.Text.Contains(WorkloadSource, StringComparison.Ordinal)) ChildProcess.Signal(Workload, ProcessCalls.SIGSTOP);
                scan = GuestScan.Start(WithWorkload(message.Text));
                return GoOn(scan);
            case GuestMessage.Go when scan is not null:
                return GoOn(scan);
            case GuestMessage.Scrub:
                return new GuestMessage(GuestMessage.Scrubbed, ScrubProcess.Run(GuestPaths.Program, recipe: message.Text).ToLine());
            case GuestMessage.Run:
                PrepareForRun();
                (int exitCode, string said) = Command.Ask(GuestPaths.Program, message.Text.Split(' '));
                return new GuestMessage(GuestMessage.Ran, $"{exitCode} {said}");
            case GuestMessage.Facts:
                return new GuestMessage(GuestMessage.Told, PackedText.Pack(FactsJson.Write(LiveFacts.Collect(MediaMatrix.Wants))));
            default:
                return new GuestMessage(GuestMessage.Failed, $"the keeper does not know '{message}'");
        }
    }

    private static GuestMessage GoOn(GuestScan scan) =>
        scan.GoOn() is { } said ? new GuestMessage(GuestMessage.Scanned, said) : new GuestMessage(GuestMessage.Waiting);

    // The host does not know its number.
    private string WithWorkload(string text) => text.Replace(WorkloadNumber, Workload.ToString(), StringComparison.Ordinal);

    private GuestMessage Plant(GuestMessage message, PlantOrder order, Route planned)
    {
        route = planned;
        Bytes = Math.Min(order.Bytes, route.MostBytes);
        foreach (string module in route.Modules) Load(module);
        route.Prepare(this);
        GuestMessage answer = Ask(message);
        if (answer.Kind == GuestMessage.Planted) route.Hold(this);
        return answer;
    }

    private GuestMessage End(Route ending)
    {
        var order = new GuestMessage(GuestMessage.End);
        if (ending.EndReturns)
        {
            GuestMessage answer = Ask(order);
            if (answer.Kind != GuestMessage.Ended) return answer;
        }
        else
        {
            toWorkload.WriteLine(order);
        }

        ending.End(this);
        return new GuestMessage(GuestMessage.Ended);
    }

    private GuestMessage Ask(GuestMessage message)
    {
        toWorkload.WriteLine(message);
        return Read(fromWorkload, process);
    }

    private static GuestMessage Read(StreamReader fromWorkload, ChildProcess process) => fromWorkload.ReadLine() is { } line
        ? GuestMessage.Parse(line)
        : throw new IOException($"the workload ended by itself (wait status {process.Poll()})");

    private static void Load(string module)
    {
        try
        {
            Command.Run(GuestPaths.ModuleLoader, module);
        }
        catch (CommandFailedException failure) when (failure.Message.Contains("not found", StringComparison.Ordinal))
        {
            throw new UnsupportedException($"this kernel has no module {module}");
        }
    }

    private static long CopyTo(string file, string device)
    {
        using FileStream source = File.OpenRead(file);
        using FileStream target = File.OpenWrite(device);
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
        return target.Position;
    }

    private void Await(Func<bool> condition, string otherwise)
    {
        long started = Environment.TickCount64;
        while (!condition())
        {
            if (Environment.TickCount64 - started > longestWait.TotalMilliseconds)
                throw new VoidRunException($"{otherwise} within {longestWait.TotalSeconds} s");
            Thread.Sleep(5);
        }
    }
}
