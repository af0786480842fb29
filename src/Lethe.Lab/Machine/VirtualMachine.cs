using System.Net.Sockets;
using System.Text.Json.Nodes;
using Lethe.Lab.Protocol;
using Lethe.Linux;
using Lethe.Qemu;
using Lethe.Media.Routes;

namespace Lethe.Lab.Machine;

/// <summary>
/// A running virtual machine. Its RAM and disks are memory files of this process, searched in place; they and the
/// emulator are gone when this process is, whatever ends it.
/// </summary>
internal sealed class VirtualMachine : IAsyncDisposable
{
    private const string Emulator = "/usr/bin/qemu-system-x86_64";

    // A guest may print without end; its last words are enough.
    private const int ConsoleTail = 64 * 1024;

    private readonly MachineSpecification specification;
    private readonly MemoryFile console = new("console", 0), output = new("output", 0);
    private readonly Dictionary<string, MemoryFile> places;
    private ChildProcess process;
    private QmpClient monitor;
    private LineSocket guest;

    private VirtualMachine(MachineSpecification specification, Dictionary<string, MemoryFile> places, Snapshot? origin)
    {
        this.specification = specification;
        this.places = places;
        Origin = origin;
        (process, monitor, guest) = Start(incoming: origin is not null);
    }

    /// <summary>The machine's memory and storage, by the names of <see cref="Place"/>.</summary>
    public IReadOnlyDictionary<string, MemoryFile> Places => places;

    /// <summary>The snapshot it goes on from; null when it was booted.</summary>
    public Snapshot? Origin { get; }

    /// <summary>Boots a machine and waits for its first message.</summary>
    /// <param name="specification">What to build.</param>
    /// <param name="limit">How long the kernel may take to start the guest program.</param>
    /// <param name="cancel">Ends the machine.</param>
    /// <exception cref="LostMachineException">The guest program was not reached.</exception>
    public static async Task<(VirtualMachine Machine, GuestState State)> Boot(
        MachineSpecification specification,
        TimeSpan limit,
        CancellationToken cancel
    )
    {
        var machine = new VirtualMachine(specification, EmptyPlaces(specification), origin: null);
        try
        {
            await machine.Guarded(machine.monitor.Greet, limit, "QEMU's monitor did not answer", cancel);
            GuestMessage first = await machine.Receive(limit, "the kernel did not start the guest program", cancel);
            return GuestState.Parse(first.Text) is { } state && first.Kind == GuestMessage.Ready
                ? (machine, state)
                : throw new LostMachineException($"the guest began with '{first}'", machine.ConsoleText());
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the machine for good and keeps its state, so that others can go on from here.</summary>
    public async Task<Snapshot> Freeze(CancellationToken cancel)
    {
        var state = new MemoryFile("state", 0);
        await Guarded(
            async cancelled =>
            {
                await monitor.Execute("stop", null, cancelled);
                await IgnoreSharedMemory(cancelled);
                await monitor.Execute("migrate", new JsonObject { ["uri"] = $"exec:cat > {state.Path}" }, cancelled);
                string status = await monitor.Await("query-migrate", text => text is "completed" or "failed", cancelled);
                if (status == "failed") throw new IOException("QEMU could not save the machine's state");
            },
            TimeSpan.FromSeconds(60), "the snapshot was not finished", cancel);
        return new Snapshot(specification, places.ToDictionary(place => place.Key, place => place.Value.Clone(place.Key)), state);
    }

    /// <summary>Starts a machine that goes on from a snapshot; it stands still until <see cref="Continue"/>.</summary>
    internal static async Task<VirtualMachine> Resume(Snapshot snapshot, CancellationToken cancel)
    {
        // An emulator that waits for a snapshot touches neither memory nor disks, so both are filled while it starts.
        var machine = new VirtualMachine(snapshot.Specification, EmptyPlaces(snapshot.Specification), snapshot);
        try
        {
            snapshot.CopyTo(machine.places);
            await machine.Guarded(
                async cancelled =>
                {
                    await machine.monitor.Greet(cancelled);
                    await machine.IgnoreSharedMemory(cancelled);
                    await machine.monitor.Execute(
                        "migrate-incoming",
                        new JsonObject { ["uri"] = $"exec:cat {snapshot.State.Path}" },
                        cancelled
                    );
                    await machine.monitor.Await("query-status", status => status is not "inmigrate", cancelled);
                },
                TimeSpan.FromSeconds(60), "the snapshot was not resumed", cancel);
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the processors and waits until the disks are quiet.</summary>
    public Task Stop(CancellationToken cancel) =>
        Guarded(cancelled => monitor.Execute("stop", null, cancelled), TimeSpan.FromSeconds(30), "the machine did not stop", cancel);

    /// <summary>Lets the processors run.</summary>
    public Task Continue(CancellationToken cancel) =>
        Guarded(cancelled => monitor.Execute("cont", null, cancelled), TimeSpan.FromSeconds(30), "the machine did not continue", cancel);

    /// <summary>Sends the guest an order and waits for its answer.</summary>
    /// <exception cref="LostMachineException">There was none.</exception>
    public async Task<GuestMessage> Ask(GuestMessage order, TimeSpan limit, CancellationToken cancel)
    {
        await Send(order, limit, cancel);
        return await Receive(limit, $"the guest did not answer '{order.Kind}'", cancel);
    }

    /// <summary>
    /// Sends an order after which the machine switches itself off, starts it again with the same storage and new
    /// memory, and waits for the answer.
    /// </summary>
    /// <exception cref="LostMachineException">It did not come back.</exception>
    public async Task<GuestMessage> AskAcrossPowerCycle(GuestMessage order, TimeSpan limit, CancellationToken cancel) =>
        await SwitchOff(order, limit, cancel) ?? await SwitchOn(limit, cancel);

    /// <summary>Sends an order after which the machine switches itself off; its places stay as they are.</summary>
    /// <returns>Null, or what the guest answers instead.</returns>
    /// <exception cref="LostMachineException">It does neither.</exception>
    public async Task<GuestMessage?> SwitchOff(GuestMessage order, TimeSpan limit, CancellationToken cancel)
    {
        await Send(order, limit, cancel);
        string? refusal = null;
        await Guarded(
            async cancelled =>
            {
                try
                {
                    refusal = await guest.ReadLine(cancelled);
                }
                catch (IOException)
                {
                    // It is off, as it should be.
                }
            },
            limit, "the machine did not switch itself off", cancel);
        if (refusal is not null) return GuestMessage.Parse(refusal);
        StopEmulator();
        return null;
    }

    /// <summary>Starts a machine that is switched off again, with the same storage and new memory, and waits for its message.</summary>
    /// <exception cref="LostMachineException">It did not come back.</exception>
    public async Task<GuestMessage> SwitchOn(TimeSpan limit, CancellationToken cancel)
    {
        places[Place.Ram].Dispose();
        places[Place.Ram] = new MemoryFile(Place.Ram, specification.MemoryBytes);
        (process, monitor, guest) = Start(incoming: false);
        await Guarded(monitor.Greet, limit, "QEMU's monitor did not answer", cancel);
        return await Receive(limit, "the machine did not resume", cancel);
    }

    /// <summary>The forms in which this QEMU dumps memory (DumpGuestMemoryFormat): <c>elf</c>, <c>kdump-zlib</c>...</summary>
    public async Task<IReadOnlyList<string>> DumpForms(CancellationToken cancel)
    {
        string[] forms = [];
        await Guarded(
            async cancelled =>
                forms = [
                    .. (await monitor.Execute("query-dump-guest-memory-capability", null, cancelled))!["formats"]!
                        .AsArray()
                        .Select(form => form!.GetValue<string>()),
                ],
            TimeSpan.FromSeconds(30), "QEMU did not tell how it dumps", cancel);
        return forms;
    }

    /// <summary>Has QEMU write the memory of the machine, which stands still, to a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="form">One of <see cref="DumpForms"/>.</param>
    /// <param name="paging">Whether QEMU follows the guest's page tables, for the virtual addresses in an ELF core.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="LostMachineException">It could not.</exception>
    public Task Dump(string path, string form, bool paging, CancellationToken cancel) => Guarded(
        cancelled =>
            monitor.Execute(
                "dump-guest-memory",
                new JsonObject
                {
                    ["protocol"] = $"file:{path}",
                    ["format"] = form,
                    ["paging"] = paging,
                },
                cancelled
            ),
        TimeSpan.FromSeconds(120), "the dump was not finished", cancel);

    /// <summary>What the machine's console and the emulator have printed so far.</summary>
    public string ConsoleText() => console.ReadText(ConsoleTail) + "\n" + output.ReadText(ConsoleTail);

    /// <summary>Kills the emulator and gives everything back.</summary>
    public ValueTask DisposeAsync()
    {
        StopEmulator();
        console.Dispose();
        output.Dispose();
        foreach (MemoryFile place in places.Values) place.Dispose();
        return ValueTask.CompletedTask;
    }

    private void StopEmulator()
    {
        process.Dispose();
        monitor.Dispose();
        guest.Dispose();
    }

    private static Dictionary<string, MemoryFile> EmptyPlaces(MachineSpecification specification) => new()
    {
        [Place.Ram] = new MemoryFile(Place.Ram, specification.MemoryBytes),
        [Place.ScratchDisk] = new MemoryFile(Place.ScratchDisk, MachineSpecification.ScratchDiskBytes),
        [Place.SwapDisk] = new MemoryFile(Place.SwapDisk, specification.SwapDiskBytes),
        [Place.PersistentMemory] = new MemoryFile(Place.PersistentMemory, MachineSpecification.PersistentMemoryBytes),
    };

    private (ChildProcess Process, QmpClient Monitor, LineSocket Guest) Start(bool incoming)
    {
        (Socket ourMonitor, Descriptor theirMonitor) = LocalSocket.Pair();
        (Socket ourGuest, Descriptor theirGuest) = LocalSocket.Pair();
        using Descriptor nothing = Descriptor.Open("/dev/null", FileCalls.O_RDWR);
        using (theirMonitor)
        using (theirGuest)
        {
            IReadOnlyCollection<string> arguments = specification.Arguments(
                places[Place.Ram].Path,
                places[Place.ScratchDisk].Path,
                places[Place.SwapDisk].Path,
                places[Place.PersistentMemory].Path,
                incoming
            );
            // Descriptors 3, 4 and 5 are the ones the arguments name.
            var started = ChildProcess.Start(
                Emulator, arguments, [nothing, output.Descriptor, output.Descriptor, theirMonitor, theirGuest, console.Descriptor]);
            return (started, new QmpClient(ourMonitor), new LineSocket(ourGuest));
        }
    }

    private Task IgnoreSharedMemory(CancellationToken cancel) => monitor.Execute(
        "migrate-set-capabilities",
        new JsonObject { ["capabilities"] = new JsonArray(new JsonObject { ["capability"] = "x-ignore-shared", ["state"] = true }) },
        cancel);

    private Task Send(GuestMessage order, TimeSpan limit, CancellationToken cancel) =>
        Guarded(cancelled => guest.WriteLine(order.ToString(), cancelled), limit, "the guest does not listen", cancel);

    private async Task<GuestMessage> Receive(TimeSpan limit, string otherwise, CancellationToken cancel)
    {
        string line = "";
        await Guarded(async cancelled => line = await guest.ReadLine(cancelled), limit, otherwise, cancel);
        return GuestMessage.Parse(line);
    }

    /// <summary>Does something that ends in time, or else the machine counts as lost.</summary>
    private async Task Guarded(Func<CancellationToken, Task> action, TimeSpan limit, string otherwise, CancellationToken cancel)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(limit);
        try
        {
            await action(timed.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LostMachineException($"{otherwise} within {limit.TotalSeconds:0} s", ConsoleText());
        }
        catch (IOException failure)
        {
            cancel.ThrowIfCancellationRequested();
            throw new LostMachineException($"{otherwise}: {failure.Message}", ConsoleText());
        }
    }
}
