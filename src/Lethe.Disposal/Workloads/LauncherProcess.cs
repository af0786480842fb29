using System.Text;
using Lethe.Disposal.Launching;
using Lethe.Disposal.Planning;
using Lethe.Disposal.Keeping;
using Lethe.Disposal.Tracing;
using Lethe.Evidence;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Workloads;

/// <summary>Starts the launcher, has it traced, tells it what to do, and lets it become the command.</summary>
internal sealed class LauncherProcess(LaunchCommand command, AppliedPlan seals, Action<string> notice) : IDisposable
{
    // A reservation of .NET's that is thousands of times larger than what the launcher needs would have to be walked at its end.
    private const string SmallHeap = "LETHE_HEAP=0x4000000";

    private static readonly string Program = Environment.ProcessPath!;

    private Descriptor? toLauncher;

    /// <summary>Starts it.</summary>
    /// <param name="tracer">Follows it from then on.</param>
    /// <param name="ready">Called with its number when it has done its orders, before the command is executed.</param>
    /// <returns>The command's process.</returns>
    /// <exception cref="WorkloadException">It could not be started.</exception>
    public int Start(Tracer tracer, Action<int> ready)
    {
        CommandFile.Find(command.Name, command.Variable("PATH"))?.Check(seals.Plan.Strict, notice);
        (Descriptor ordersOut, Descriptor ordersIn) = Descriptor.Pipe();
        (Descriptor answersOut, Descriptor answersIn) = Descriptor.Pipe();
        toLauncher = ordersIn;
        int process;
        using (ordersOut)
        using (answersIn) process = Spawn(ordersOut, answersIn);

        using (answersOut)
        {
            Follow(tracer, process);
            try
            {
                Order(process, ready, answersOut);
            }
            catch
            {
                TaskCalls.TrySignal(process, ProcessCalls.SIGKILL);
                // Whoever waits for it has to see it gone first.
                tracer.Ended.Wait();
                throw;
            }
        }

        return process;
    }

    /// <inheritdoc/>
    public void Dispose() => toLauncher?.Dispose();

    private static void Follow(Tracer tracer, int process)
    {
        try
        {
            tracer.Start(process);
        }
        catch (LinuxException failure)
        {
            TaskCalls.TrySignal(process, ProcessCalls.SIGKILL);
            throw new WorkloadException(
                $"the command cannot be followed: {failure.Message}",
                "ptrace is forbidden here: in a container add CAP_SYS_PTRACE, elsewhere see /proc/sys/kernel/yama/ptrace_scope",
                ExitCode.Permission
            );
        }
    }

    private void Order(int process, Action<int> ready, Descriptor answers)
    {
        if (!ChildProcess.IsSuperuser) notice("not root: only what a user may do is done; see the media that stay open");
        foreach (LaunchOrder order in Orders()) Send(LaunchLine.Write(order));
        Send(LaunchLine.Do);
        int listener = AwaitDone(answers);
        if (listener >= 0) new MemoryFileServer(new SeccompListener(TaskCalls.TakeDescriptor(process, listener)), seals.Objects).Start();
        ready(process);
        StartState.Current.RestoreLimits(process);
        Send(LaunchLine.Execute);
        AwaitExecution(answers);
    }

    private IEnumerable<LaunchOrder> Orders() =>
    [
        .. seals.Launch.Orders(seals.Conditions.Options.ReadOnly, command.Variable("XDG_RUNTIME_DIR")),
        .. ChildProcess.IsSuperuser ? Array.Empty<LaunchOrder>() : [new LaunchOrder.ForbidNewPrivileges()],
        new LaunchOrder.KeepVariables(command.Variables.Count + seals.Launch.Variables.Count),
        .. StartState.Current.DefaultSignals.Select(signal => new LaunchOrder.RestoreDefaultSignal(signal)),
        new LaunchOrder.InstallFilter(seals.Plan.Strict, seals.Plan.Memfd, Traced: true),
    ];

    private int Spawn(Descriptor ordersOut, Descriptor answersIn)
    {
        using var own = new MemoryText([
            Program,
            Launcher.Verb,
            .. seals.Launch.Variables.Select(variable => $"{variable.Name}={variable.Value}"),
            SmallHeap,
        ]);
        nint[] line = [own.Pointers[0], own.Pointers[1], .. command.Words];
        nint[] environment = [.. command.Variables, .. own.Pointers.Skip(2)];
        using Descriptor input = Descriptor.DuplicateOf(0), output = Descriptor.DuplicateOf(1), errors = Descriptor.DuplicateOf(2);
        IReadOnlyList<Descriptor> streams = command.Streams ?? [input, output, errors];
        return ChildProcess
            .StartRaw(Program, line, environment, streams, Launcher.OrdersDescriptor, [ordersOut, answersIn, .. seals.Launch.Mounts])
            .Id;
    }

    private void Send(string line) => toLauncher!.WriteAll(Encoding.UTF8.GetBytes(line + "\n"));

    private static LaunchAnswer Receive(Descriptor answers) => LaunchLine.ReadAnswer(answers.ReadUntil((byte)'\n').TrimEnd('\n'));

    private static int AwaitDone(Descriptor answers) => Receive(answers) switch
    {
        LaunchAnswer.Done done => done.Listener,
        var other => throw Refused(other),
    };

    // The answers end when the command is executed, as the descriptor closes then.
    private void AwaitExecution(Descriptor answers)
    {
        switch (Receive(answers))
        {
            case LaunchAnswer.Gone: return;
            case LaunchAnswer.NotExecuted not: throw CommandFile.Explain(command.Name, command.Variable("PATH"), not.Error);
            case var other: throw Refused(other);
        }
    }

    private static WorkloadException Refused(LaunchAnswer answer) => answer switch
    {
        LaunchAnswer.Failed { Error: Errno.EPERM or Errno.EACCES } failed => new WorkloadException(
            $"a seal was refused: {failed.Text}",
            "namespaces, mounts or filters are forbidden here, as in many containers; run it outside, or with CAP_SYS_ADMIN",
            ExitCode.Permission
        ),
        LaunchAnswer.Failed failed => new WorkloadException(
            $"a seal failed: {failed.Text}",
            "see what is different about this machine",
            ExitCode.OperationalError
        ),
        _ => new WorkloadException("the launcher ended by itself", "see whether something here kills processes", ExitCode.OperationalError),
    };
}
